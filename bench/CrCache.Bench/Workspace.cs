using System.Text.Json.Nodes;
using CrCache.Bench.Servers;
using CrCache.Ownership;

namespace CrCache.Bench;

/// <summary>The engine, a store of this run's own, and the end of everything that the run has made.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private const string RunLabel = "crcache.bench";
    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly List<string> _homes = [];

    public Workspace()
    {
        Directory = Path.Combine(Repository.Root, "artifacts", "bench", _run);
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

    /// <summary>The <c>CRCACHE_HOME</c> of this run: checkpoints are made anew, by the code that is measured.</summary>
    public string Home => Path.Combine(Directory, "home");

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

    /// <summary>An empty <c>CRCACHE_HOME</c>: that of a machine that has no checkpoint yet.</summary>
    public string NewHome()
    {
        var home = Path.Combine(Directory, $"home-{_homes.Count}");
        _homes.Add(home);
        return home;
    }

    /// <summary>Removes what a <c>CRCACHE_HOME</c> holds, and what the engine has of it.</summary>
    public static async Task ClearAsync(string home)
    {
        if (System.IO.Directory.Exists(home))
        {
            await Command.RunAsync(Repository.CrCache(home, "remove", "--all"), CancellationToken.None);
            System.IO.Directory.Delete(home, recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in await Engine.ListAsync($"{RunLabel}={_run}", CancellationToken.None))
        {
            await Engine.RemoveAsync(id);
        }

        foreach (var home in _homes.Append(Home))
        {
            await ClearAsync(home);
        }

        Engine.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
