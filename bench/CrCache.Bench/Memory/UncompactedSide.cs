using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Memory;

/// <summary>A copy restored from the dump as CRIU wrote it, right after its first answer.</summary>
internal sealed class UncompactedSide(Server server, Workspace workspace) : ISide
{
    private RawDump? _dump;

    public string Name => "uncompacted";

    public string Label => "CRIU's dump restored";

    public async Task PrepareAsync(CancellationToken cancellationToken) =>
        _dump = await RawDump.MakeAsync(server, workspace, cancellationToken);

    public Task<double> MeasureAsync(CancellationToken cancellationToken) => _dump!.RestoreAsync(
        async (port, id) =>
        {
            await FirstQuery.WaitForAnswerAsync(server, port, cancellationToken);
            return await ResidentSet.MeasureAsync(workspace.Engine, id, cancellationToken);
        },
        cancellationToken);

    public ValueTask DisposeAsync() => _dump?.DisposeAsync() ?? ValueTask.CompletedTask;
}
