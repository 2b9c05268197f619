using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Installing;
using CrCache.Names;
using CrCache.Registries;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>
/// The checkpoints that a team shares in a registry. It can only make things faster: whatever is wrong with it is a warning, and
/// the checkpoint is made here.
/// </summary>
/// <param name="reference">The repository.</param>
/// <param name="push">Whether what is made here goes there.</param>
/// <param name="warn">Told the item's name and what is wrong.</param>
public sealed class TeamRegistry(RegistryReference reference, bool push, Action<string, CrCacheException> warn) : IArchiveSource
{
    // One that does not answer costs its 2 seconds once, not for each item.
    private int _isDown;

    private bool IsDown => Volatile.Read(ref _isDown) != 0;

    CheckpointSource IArchiveSource.Source => CheckpointSource.Pulled;

    bool IArchiveSource.IsByKey => true;

    RegistryReference? IArchiveSource.From => reference;

    async Task<ArchiveUse?> IArchiveSource.OpenAsync(CheckpointJob job, CancellationToken cancellationToken)
    {
        // A normal start needs the record alone, and that is made quicker than it is fetched.
        var path = job.Area.NewFile();
        return job.Spec.Mode != Rung.Cold
            && await TryPullAsync(job.Spec.Name, job.Key, path, job.Progress, cancellationToken).ConfigureAwait(false)
            ? new ArchiveUse(path)
            : null;
    }

    /// <summary>Fetches the archive of a key to a file that is not there yet; false where it cannot be had.</summary>
    internal async Task<bool> TryPullAsync(
        string name, string key, string path, IProgress<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            return !IsDown && await PullAsync(reference, key, path, progress, cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (CrCacheException e)
        {
            Warn(name, e);
            return false;
        }
    }

    /// <summary>Uploads an archive where that is wanted.</summary>
    internal async Task TryPushAsync(UnpackedArchive archive, string path, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (!push || IsDown)
        {
            return;
        }

        try
        {
            await PushAsync(reference, archive, path, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e)
        {
            Warn(archive.Record.Spec.Name, e);
        }
    }

    /// <summary>Fetches the archive of a key to a file that is not there yet; null where the registry does not have it.</summary>
    public static async Task<RemoteCheckpoint?> PullAsync(
        RegistryReference reference, string key, string path, IProgress<string> progress, CancellationToken cancellationToken)
    {
        using var registry = new CheckpointRegistry(reference);
        return await registry.PullAsync(key, path, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Uploads the archive that the store has of a key.</summary>
    /// <exception cref="CrCacheException">The store does not have it (CRC4002), or the registry does not take it.</exception>
    public static async Task<PushedCheckpoint> PushAsync(
        RegistryReference reference, ArchiveStore archives, string key, IProgress<string> progress, CancellationToken cancellationToken)
    {
        using var use = await archives.OpenAsync(key, cancellationToken).ConfigureAwait(false) ?? throw new CrCacheException(
            ErrorCodes.NothingOfThatName,
            $"The store {archives.Root} does not have the checkpoint's archive any more. "
            + $"Remove it with `crcache remove {KeyShape.Shorten(key)}`; then it is made again.");
        var entry = await ArchiveReader.DescribeAsync(use.Path, cancellationToken).ConfigureAwait(false);
        var record = await ArchiveReader.ReadRecordAsync(use.Path, cancellationToken).ConfigureAwait(false);
        var archive = new UnpackedArchive(record, entry!.DiffId);
        return await PushAsync(reference, archive, use.Path, progress, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<PushedCheckpoint> PushAsync(
        RegistryReference reference, UnpackedArchive archive, string path, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report(archive.Record.HasMemory
            ? $"pushing it to {reference}: an image of memory, with every secret that the server held. "
                + "Whoever can read there can read them."
            : $"pushing it to {reference}");
        using var registry = new CheckpointRegistry(reference);
        return await registry.PushAsync(RecordOf(archive), path, mountFrom: null, progress, cancellationToken).ConfigureAwait(false);
    }

    private static RegistryRecord RecordOf(UnpackedArchive archive)
    {
        var record = archive.Record;
        var platform = record.Spec.Platform.Split('/');
        return new RegistryRecord
        {
            Key = record.Key,
            Name = record.Spec.Name,
            DiffId = archive.DiffId,
            Os = platform[0],
            Architecture = platform[^1],
            Created = record.Created,
            HasMemory = record.HasMemory,
            BaseImage = record.Spec.Image,
            BaseImageId = record.Spec.ImageId,
            EngineName = "docker",
            EngineVersion = record.Origin.Engine,
            RuntimeName = record.Origin.Runc is null ? null : "runc",
            RuntimeVersion = record.Origin.Runc,
            CriuVersion = record.Origin.Criu,
            Kernel = record.Origin.Kernel,
        };
    }

    private void Warn(string name, CrCacheException failure)
    {
        // Items ask at the same time: the first that finds out says so for all.
        if (failure.Code != ErrorCodes.RegistryUnreachable || Interlocked.Exchange(ref _isDown, 1) == 0)
        {
            warn(name, failure);
        }
    }
}
