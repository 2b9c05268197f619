using CrCache.Archives;
using CrCache.Criu;
using CrCache.Engines;
using CrCache.Installing;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Runtimes;

namespace CrCache.Making;

/// <summary>The dump of a container on its way into an archive.</summary>
internal sealed class DumpCapture(IEngine engine, CheckpointJob job)
{
    /// <summary>Reads it into the work area and compacts it there.</summary>
    public async Task ReadAsync(string dump, CancellationToken cancellationToken)
    {
        var directory = job.Area.Member(ArchiveLayout.Dump);
        await UseReaderAsync(
            async reader =>
            {
                await DumpTransfer.ReadAsync(engine, reader, dump, directory, cancellationToken).ConfigureAwait(false);
                return directory;
            },
            cancellationToken).ConfigureAwait(false);
        if (await CompactAsync(directory, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            job.Progress.Report($"its memory is kept as it is: {reason}");
        }
    }

    /// <summary>Gives one that stays on the engine's machine a secret, without which it is not restored from then on.</summary>
    public Task<string> ProtectAsync(string dump, CancellationToken cancellationToken) => UseReaderAsync(
        reader => DumpTransfer.ProtectAsync(engine, reader, dump, cancellationToken), cancellationToken);

    /// <summary>Removes it from the engine's machine.</summary>
    public Task RemoveAsync(string dump) =>
        CrCacheRuntime.RemoveDumpAsync(engine, job.Spec.ImageId, dump, Labels, CancellationToken.None);

    /// <summary>Adds to an origin what made the dump.</summary>
    public async Task<ArchiveOrigin> OriginAsync(ArchiveOrigin origin, CancellationToken cancellationToken)
    {
        var versions = await CrCacheRuntime.AskVersionsAsync(engine, job.Spec.ImageId, Labels, cancellationToken).ConfigureAwait(false);
        return origin with { Criu = versions?.Criu, Runc = versions?.Runc };
    }

    private Dictionary<string, string> Labels => ContainerLabels.Of(ContainerLabels.ForTrial, job.Spec.Name);

    private async Task<T> UseReaderAsync<T>(Func<string, Task<T>> use, CancellationToken cancellationToken)
    {
        var reader = await engine.CreateContainerAsync(ContainerPlan.ToReadDump(job.Spec), cancellationToken).ConfigureAwait(false);
        try
        {
            return await use(reader).ConfigureAwait(false);
        }
        finally
        {
            await CleanUp.RunAsync(() => engine.RemoveContainerAsync(reader, CancellationToken.None), job.Progress).ConfigureAwait(false);
        }
    }

    // Null, or why it is left as it is.
    private static async Task<string?> CompactAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Task.Run(() => DumpCompactor.Compact(directory, cancellationToken), cancellationToken).ConfigureAwait(false);
            return result.WhyUnchanged;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }
}
