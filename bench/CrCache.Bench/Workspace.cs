using System.Text.Json.Nodes;
using CrCache.Cleanup;

namespace CrCache.Bench;

/// <summary>The engine, a store of this run's own, and the end of everything that the run has made.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private const string RunLabel = "crcache.bench";
    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly HashSet<string> _checkpoints = [];

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

    /// <summary>Has the image and the dump of a checkpoint removed with everything else.</summary>
    public void Own(string checkpointFile) => _checkpoints.Add(checkpointFile);

    public async ValueTask DisposeAsync()
    {
        foreach (var id in await Engine.ListAsync($"{RunLabel}={_run}", CancellationToken.None))
        {
            await Engine.RemoveAsync(id);
        }

        var owned = _checkpoints.Where(File.Exists).Select(file => JsonNode.Parse(File.ReadAllText(file))!["stored"]?["memory"]);
        foreach (var memory in owned.OfType<JsonNode>().DistinctBy(memory => memory["dump"]!.GetValue<string>()))
        {
            await RemoveAsync(memory["dump"]!.GetValue<string>(), memory["imageId"]!.GetValue<string>());
        }

        Engine.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task RemoveAsync(string dump, string image)
    {
        // The runtime takes a container that never comes to be as the order to delete a dump, and says yes by failing.
        var order = Container(image);
        order["Cmd"] = new JsonArray("never-started");
        order["Env"] = new JsonArray($"CRCACHE_REMOVE={dump}");
        order["HostConfig"] = new JsonObject { ["Runtime"] = "crcache", ["NetworkMode"] = "none" };
        var id = await Engine.CreateAsync($"crcache-bench-{Guid.NewGuid():N}", order, CancellationToken.None);
        try
        {
            await Engine.StartAsync(id, CancellationToken.None);
        }
        catch (InvalidOperationException e) when (e.Message.Contains($"removed {dump}", StringComparison.Ordinal))
        {
        }
        finally
        {
            await Engine.RemoveAsync(id);
        }

        await Engine.RemoveImageAsync(image);
    }
}
