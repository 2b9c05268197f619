using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Sizes;

/// <summary>The file that a build makes of the preset, with both file systems, in MB. It is made anew each time.</summary>
internal sealed class ArchiveSide(Server server, Workspace workspace) : ISide
{
    public string Name => "archive";

    public string Label => "CrCache archive";

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var home = workspace.NewHome();
        var archive = await ServerCheckpoint.MakeAsync(server, workspace, home, cancellationToken);
        var bytes = new FileInfo(archive).Length;
        await home.ClearAsync();
        return bytes / 1e6;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
