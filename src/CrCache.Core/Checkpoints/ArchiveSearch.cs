using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Keys;
using CrCache.Runtimes;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>
/// Installs the first archive that is what a job wants and whose memory may be restored. One whose memory may not waits for what
/// comes behind it, since a registry may have the same with a signature, and serves from its files where nothing better comes.
/// </summary>
internal sealed class ArchiveSearch(IEngine engine, ArchiveTrust trust, CheckpointInstaller installer, CheckpointJob job)
{
    /// <summary>Installs it; null where no place has one.</summary>
    /// <exception cref="CrCacheException">Memory is insisted on, and none may be restored (CRC4013); or the installer's.</exception>
    public async Task<Result?> InstallAsync(IEnumerable<IArchiveSource> sources, CancellationToken cancellationToken)
    {
        (IArchiveSource Source, ArchiveUse Use)? foreign = null;
        try
        {
            foreach (var source in sources)
            {
                var use = await source.OpenAsync(job, cancellationToken).ConfigureAwait(false);
                if (use is null)
                {
                    continue;
                }

                var attempt = await TryAsync(source, use.Path, withForeign: false, cancellationToken).ConfigureAwait(false);
                if (attempt.Installed is { } installed)
                {
                    return new Result(installed, attempt.Archive!, source, use);
                }

                if (attempt.Archive is not null && foreign is null)
                {
                    foreign = (source, use);
                }
                else
                {
                    use.Dispose();
                }
            }

            if (foreign is var (last, kept)
                && await TryAsync(last, kept.Path, withForeign: true, cancellationToken).ConfigureAwait(false)
                    is { Installed: { } files } taken)
            {
                foreign = null;
                return new Result(files, taken.Archive!, last, kept);
            }

            return null;
        }
        finally
        {
            foreign?.Use.Dispose();
        }
    }

    // No archive where it is not what is wanted, or damaged. Nothing installed where it is a foreign one, and those are to wait.
    private async Task<(InstalledCheckpoint? Installed, UnpackedArchive? Archive)> TryAsync(
        IArchiveSource source, string path, bool withForeign, CancellationToken cancellationToken)
    {
        try
        {
            if (!await FitsAsync(source, path, cancellationToken).ConfigureAwait(false))
            {
                return default;
            }

            job.Progress.Report("unpacking the checkpoint");
            var archive = await ArchiveReader.UnpackAsync(path, job.Area.Archive, cancellationToken).ConfigureAwait(false);
            var why = NeedsTrust(archive.Record) ? trust.WhyForeign(archive, source.From) : null;
            if (why is not null && !withForeign)
            {
                job.Area.Clear();
                return (null, archive);
            }

            if (why is not null && job.Spec.Mode == Rung.Memory)
            {
                throw new CrCacheException(ErrorCodes.MemoryNotAuthentic, $"Mode is \"memory\", but {why}");
            }

            var origin = new ArchiveProvenance
            {
                WhyNoMemory = why is null ? null : $"{ErrorCodes.MemoryNotAuthentic}: {why}",
                ForeignTo = why is null ? null : trust.Description,
                TrustedFrom = why is null ? trust.TrustedFrom(archive, source.From) : null,
            };
            return (await installer.InstallAsync(archive.Record, origin, cancellationToken).ConfigureAwait(false), archive);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.BrokenArchive)
        {
            job.Progress.Report($"{e.Code}: {e.Message}");
            job.Area.Clear();
            return default;
        }
    }

    // Reading the record is quick; most archives that do not fit are seen by it.
    private async Task<bool> FitsAsync(IArchiveSource source, string path, CancellationToken cancellationToken)
    {
        var record = await ArchiveReader.ReadRecordAsync(path, cancellationToken).ConfigureAwait(false);
        if (record.Key != job.Key && source.IsByKey)
        {
            throw new CrCacheException(
                ErrorCodes.BrokenArchive, $"The checkpoint {path} cannot be used: it is that of another key, {record.Key}.");
        }

        return record.Key == job.Key
            && CheckpointKey.Of(record.Spec) == job.Key
            && await new ReuseRule(engine, job.Spec, job.Engine, trust).TakesAsync(record, cancellationToken).ConfigureAwait(false);
    }

    // Where the memory is not used anyway, whose it is is no reason for anything.
    private bool NeedsTrust(ArchiveRecord record) =>
        record.HasMemory && job.Spec.Mode is Rung.Auto or Rung.Memory && CrCacheRuntime.IsRegistered(job.Engine);

    /// <summary>What was installed.</summary>
    /// <param name="Stored">What the engine has of it.</param>
    /// <param name="Archive">The archive.</param>
    /// <param name="Source">Where it was.</param>
    /// <param name="Use">Its file.</param>
    internal sealed record Result(InstalledCheckpoint Stored, UnpackedArchive Archive, IArchiveSource Source, ArchiveUse Use) : IDisposable
    {
        public void Dispose() => Use.Dispose();
    }
}
