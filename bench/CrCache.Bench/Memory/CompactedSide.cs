using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Memory;

/// <summary>A copy as tests get it, right after its first answer.</summary>
internal sealed class CompactedSide(Server server, Workspace workspace) : ISide
{
    private string _checkpoint = "";

    public string Name => "compacted";

    public string Label => "CrCache restore";

    public async Task PrepareAsync(CancellationToken cancellationToken) =>
        _checkpoint = await ServerCheckpoint.MakeAsync(server, workspace, workspace.Home, cancellationToken);

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var lease = LeaseProcess.Start(workspace.Home, _checkpoint);
        var port = await lease.WaitForPortAsync(server.Name, cancellationToken);
        await FirstQuery.WaitForAnswerAsync(server, port, cancellationToken);
        var container = await workspace.Engine.FindByPortAsync(port, cancellationToken);
        return await ResidentSet.MeasureAsync(workspace.Engine, container, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
