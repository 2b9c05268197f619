using System.Diagnostics;
using System.Text.Json;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>From the start of the process <c>crcache lease</c>, which tests pay as well, to the first answered query.</summary>
internal sealed class RestoreSide(Server server, Workspace workspace) : ISide
{
    private string _checkpoint = "";

    public string Name => "restore";

    public string Label => "CrCache restore";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var item = Path.Combine(workspace.Directory, $"{server.Name}.item.json");
        _checkpoint = Path.Combine(workspace.Directory, $"{server.Name}.checkpoint");
        workspace.Own(_checkpoint);

        // Mode memory: a restore that falls back to a cold start is an error here, not a slow round.
        var content = new { name = server.Name, directory = workspace.Directory, metadata = new { Mode = "memory" } };
        await File.WriteAllTextAsync(item, JsonSerializer.Serialize(content), cancellationToken);
        await Command.RunAsync(Repository.CrCache(workspace.Home, "checkpoint", "--item", item, "--json"), cancellationToken);
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using var lease = LeaseProcess.Start(workspace.Home, _checkpoint);
        var port = await lease.WaitForPortAsync(server.Name, cancellationToken);
        await FirstQuery.WaitAsync(server, port, cancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
