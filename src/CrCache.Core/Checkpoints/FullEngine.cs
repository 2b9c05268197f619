using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Installing;

namespace CrCache.Checkpoints;

/// <summary>
/// What serves where an engine has no room for a checkpoint: a normal start, for this time. Nothing is kept, so that the next build
/// tries again.
/// </summary>
internal sealed class FullEngine(CheckpointJob job, BuildOutput output)
{
    /// <summary>Gives a checkpoint of which the engine has nothing, and writes the build's output, where it wants one.</summary>
    /// <param name="failure">What the engine had no room for.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<InstalledCheckpoint> StartColdAsync(CrCacheException failure, CancellationToken cancellationToken)
    {
        var reason = $"{failure.Code}: {failure.Message.TrimEnd('.', ':', ' ')}. The disk of the engine's machine is full: "
            + "it starts cold until there is room (`crcache remove`, `docker system prune`)";
        job.Area.Clear();
        var record = ArchiveRecord.Begin(job.Spec, job.Key, job.Engine) with { WhyNoMemory = reason };
        await output.WriteAsync(record, job.Area.Archive, cancellationToken).ConfigureAwait(false);
        return InstalledCheckpoint.Begin(record, job.Spec, job.Engine.Id);
    }
}
