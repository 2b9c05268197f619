using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Making;

/// <summary>A container that is to be dumped, at the moment when it is as it is to be.</summary>
/// <param name="Id">The container.</param>
/// <param name="Volumes">What its volumes were before it was started.</param>
/// <param name="IsOnNetwork">Whether it was put on the engine's network for its probe.</param>
/// <param name="ColdSeconds">What it took, or would have taken, from creating it to this, from nothing.</param>
internal sealed record RunningServer(string Id, VolumeContents Volumes, bool IsOnNetwork, double ColdSeconds)
{
    /// <summary>Dumps its memory, which ends it, and keeps its files as an image and its volumes as tars.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="job">What it is.</param>
    /// <param name="directory">Where the folder with the volumes is to be.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The dump; the volumes' files are in that directory.</returns>
    public async Task<InstalledMemory> DumpAsync(
        IEngine engine, CheckpointJob job, string directory, CancellationToken cancellationToken)
    {
        if (IsOnNetwork)
        {
            await engine.DisconnectContainerAsync(Id, cancellationToken).ConfigureAwait(false);
        }

        job.Progress.Report("dumping its memory");
        await CrCacheRuntime.DumpAsync(engine, Id, cancellationToken).ConfigureAwait(false);
        return new InstalledMemory
        {
            Dump = Id,
            ImageId = await new FileSystemCapture(engine, job).CommitAsync(Id, cancellationToken).ConfigureAwait(false),
            ImageName = CheckpointImageNames.Of(Id),
            Volumes = await Volumes.SaveAsync(Id, directory, cancellationToken).ConfigureAwait(false),
            RestoreSeconds = 0,
        };
    }
}
