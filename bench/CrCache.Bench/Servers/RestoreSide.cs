using System.Diagnostics;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>From the start of the process <c>crcache lease</c>, which tests pay as well, to the first answered query.</summary>
internal sealed class RestoreSide(Server server, Workspace workspace, Home home) : ISide
{
    private string _checkpoint = "";

    public string Name { get; init; } = "restore";

    public string Label { get; init; } = "CrCache restore";

    public async Task PrepareAsync(CancellationToken cancellationToken) =>
        _checkpoint = await ServerCheckpoint.MakeAsync(server, workspace, home, cancellationToken);

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await using var lease = LeaseProcess.Start(home, _checkpoint);
        var port = await lease.WaitForPortAsync(server.Name, cancellationToken);
        await FirstQuery.WaitAsync(server, port, cancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
