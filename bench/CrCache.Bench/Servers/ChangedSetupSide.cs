using System.Diagnostics;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>
/// From the start of <c>crcache checkpoint</c>, after a line of the last of three set-up files was changed, to the first query whose
/// answer shows that change. The checkpoint from before is there. The item has no Mode, as a user writes it.
/// </summary>
internal sealed class ChangedSetupSide(Server server, Workspace workspace, SetupFiles setup) : ISide
{
    public string Name => "changed";

    public string Label => "CrCache";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await setup.ChangeAsync(cancellationToken);
        await MakeAsync(cancellationToken);
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        await setup.ChangeAsync(cancellationToken);
        var clock = Stopwatch.StartNew();
        var checkpoint = await MakeAsync(cancellationToken);
        await using var lease = LeaseProcess.Start(workspace.Home, checkpoint);
        var port = await lease.WaitForPortAsync(server.Name, cancellationToken);
        await FirstQuery.WaitForStateAsync(server, port, setup.State, cancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<string> MakeAsync(CancellationToken cancellationToken) =>
        ServerCheckpoint.MakeAsync(server.Name, setup.Directory, new { Setup = setup.Entries }, workspace.Home, cancellationToken);
}
