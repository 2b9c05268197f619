using System.Text.Json;

namespace CrCache.Bench.Servers;

/// <summary>The checkpoint of an item, made as a build makes it.</summary>
internal static class ServerCheckpoint
{
    /// <summary>
    /// Makes that of a preset without more, or finds it in that store. Mode memory: a restore that falls back to a cold start is an
    /// error here, not a slow round.
    /// </summary>
    /// <returns>The archive's path.</returns>
    public static Task<string> MakeAsync(Server server, Workspace workspace, Home home, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(workspace.Directory, $"of-{Path.GetFileName(home.Directory)}");
        return MakeAsync(server.Name, directory, new { Mode = "memory" }, home, cancellationToken);
    }

    /// <summary>Makes that of any item, or finds it in that store.</summary>
    /// <param name="name">The item's name, and that of its preset.</param>
    /// <param name="directory">What takes the place of the project's folder.</param>
    /// <param name="metadata">The item's metadata.</param>
    /// <param name="home">The store.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The archive's path.</returns>
    public static async Task<string> MakeAsync(
        string name, string directory, object metadata, Home home, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var item = Path.Combine(directory, $"{name}.item.json");
        await File.WriteAllTextAsync(item, JsonSerializer.Serialize(new { name, directory, metadata }), cancellationToken);
        await Command.RunAsync(home.CrCache("checkpoint", "--item", item, "--json"), cancellationToken);
        return Path.Combine(directory, $"{name}.checkpoint");
    }
}
