using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Sizes;

/// <summary>The dump of the preset's container, as the runtime has it right after CRIU wrote it, in MB.</summary>
internal sealed class DumpSide(Server server, Workspace workspace) : ISide
{
    public string Name => "dump";

    public string Label => "CRIU's dump";

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var dump = await RawDump.MakeAsync(server, workspace, cancellationToken);
        return await dump.MeasureAsync(cancellationToken) / 1e6;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
