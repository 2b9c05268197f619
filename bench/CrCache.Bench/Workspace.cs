using System.Text.Json.Nodes;
using CrCache.Bench.Servers;
using CrCache.Ownership;

namespace CrCache.Bench;

/// <summary>The engine, a store of this run's own, and the end of everything that the run has made.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private const string RunLabel = "crcache.bench";
    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly List<Home> _homes = [];

    public Workspace()
    {
        Directory = Path.Combine(Repository.Root, "artifacts", "bench", _run);
        Home = NewHome();
        OwnLabels = new Dictionary<string, string>
        {
            ["crcache"] = "trial",
            ["crcache.owner"] = OwnerTag.Current.ToString(),
            [RunLabel] = _run,
        };
        System.IO.Directory.CreateDirectory(Directory);
    }

    /// <summary>The engine that all sides use.</summary>
    public Engine Engine { get; } = new();

    /// <summary>A directory for this run's files.</summary>
    public string Directory { get; }

    /// <summary>The home of this run: checkpoints are made anew, by the code that is measured.</summary>
    public Home Home { get; }

    /// <summary>The labels of this run's own containers; any <c>crcache</c> removes them once this process is gone.</summary>
    public IReadOnlyDictionary<string, string> OwnLabels { get; }

    /// <summary>A description of a container with this run's labels, for <see cref="Engine.CreateAsync"/>.</summary>
    public JsonObject Container(string image) => new()
    {
        ["Image"] = image,
        ["Labels"] = new JsonObject(OwnLabels.Select(label => KeyValuePair.Create<string, JsonNode?>(label.Key, label.Value))),
    };

    /// <summary>A description of a container that starts as a preset says.</summary>
    public JsonObject Container(PresetFile preset)
    {
        var container = Container(preset.Image);
        container["Hostname"] = preset.Hostname;
        container["Env"] = new JsonArray([.. preset.Environment.Select(variable => JsonValue.Create($"{variable.Key}={variable.Value}"))]);
        container["Cmd"] = preset.Command is { } command ? new JsonArray([.. command.Select(word => JsonValue.Create(word))]) : null;
        return container;
    }

    /// <summary>An empty home: that of a machine that has no checkpoint yet.</summary>
    /// <param name="checkout">The repository whose <c>crcache</c> it is for; this one, where none is given.</param>
    public Home NewHome(string? checkout = null)
    {
        var home = new Home(checkout ?? Repository.Root, Path.Combine(Directory, $"home-{_homes.Count}"));
        _homes.Add(home);
        return home;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in await Engine.ListAsync($"{RunLabel}={_run}", CancellationToken.None))
        {
            await Engine.RemoveAsync(id);
        }

        foreach (var home in _homes)
        {
            await home.ClearAsync();
        }

        Engine.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
