using System.Text.Json;

namespace CrCache.Bench.Servers;

/// <summary>The checkpoint of a server's preset, made as a build makes it.</summary>
internal static class ServerCheckpoint
{
    /// <summary>Makes it, or finds it in that store.</summary>
    /// <returns>The archive's path.</returns>
    public static async Task<string> MakeAsync(Server server, Workspace workspace, Home home, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(workspace.Directory, $"of-{Path.GetFileName(home.Directory)}")).FullName;
        var item = Path.Combine(directory, $"{server.Name}.item.json");

        // Mode memory: a restore that falls back to a cold start is an error here, not a slow round.
        var content = new { name = server.Name, directory, metadata = new { Mode = "memory" } };
        await File.WriteAllTextAsync(item, JsonSerializer.Serialize(content), cancellationToken);
        await Command.RunAsync(home.CrCache("checkpoint", "--item", item, "--json"), cancellationToken);
        return Path.Combine(directory, $"{server.Name}.checkpoint");
    }
}
