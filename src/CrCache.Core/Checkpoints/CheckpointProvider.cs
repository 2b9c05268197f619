using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Files;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Keys;
using CrCache.Making;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;
using CrCache.Store;
using CrCache.Upkeep;

namespace CrCache.Checkpoints;

/// <summary>Finds a checkpoint on the engine, brings its archive there, or makes it.</summary>
/// <param name="engine">The engine.</param>
/// <param name="store">What this user's engines have.</param>
/// <param name="archives">This user's archives.</param>
/// <param name="shared">Those of a team, or null.</param>
public sealed class CheckpointProvider(IEngine engine, InstalledCheckpoints store, ArchiveStore archives, TeamRegistry? shared = null)
{
    private readonly CheckpointRestorer _restorer = new(engine, store);

    /// <summary>Sees to it that the engine has the checkpoint of a spec; one process at a time for each key.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="archive">A file that may be its archive, and is used then; or null.</param>
    /// <param name="write">Whether that file is to be its archive afterwards.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What the engine has, and how it came by it.</returns>
    public async Task<(InstalledCheckpoint Stored, CheckpointSource Source)> EnsureAsync(
        CheckpointSpec spec, string? archive, bool write, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var key = CheckpointKey.Of(spec);
        var output = write ? archive : null;
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        if (await FindWithArchiveAsync().ConfigureAwait(false) is { } found)
        {
            return (found, CheckpointSource.Found);
        }

        var ensured = await EnsureLockedAsync().ConfigureAwait(false);

        // Without the lock: who removes another one waits for that one's.
        await new EngineUpkeep(engine, store, archives).MakeRoomAsync(info.Id, key, progress, cancellationToken).ConfigureAwait(false);
        return ensured;

        async Task<(InstalledCheckpoint Stored, CheckpointSource Source)> EnsureLockedAsync()
        {
            using var nobodyElseMakesIt = await store.LockAsync(key, progress, cancellationToken).ConfigureAwait(false);

            // Another process may have made it while this one waited.
            if (await FindWithArchiveAsync().ConfigureAwait(false) is { } foundNow)
            {
                return (foundNow, CheckpointSource.Found);
            }

            // With its record it would be forgotten and stay on the engine for ever.
            await new CheckpointRemover(engine, store).ForgetAsync(info.Id, key, cancellationToken).ConfigureAwait(false);
            return await WorkArea.UseAsync(
                store.CreateWorkDirectory(),
                async area => await InstallAsync(spec, info, key, archive, output, area, progress, cancellationToken).ConfigureAwait(false)
                    ?? (await MakeAsync(spec, info, key, output, area, progress, cancellationToken).ConfigureAwait(false), CheckpointSource.Made)).ConfigureAwait(false);
        }

        async Task<InstalledCheckpoint?> FindWithArchiveAsync() =>
            await FindAsync(spec, info, key, cancellationToken).ConfigureAwait(false) is { } stored && TryLink(key, output) ? stored : null;
    }

    /// <summary>The checkpoint of a spec where the engine has it and <see cref="EnsureAsync"/> would take it, or null.</summary>
    public async Task<InstalledCheckpoint?> FindAsync(CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        return await FindAsync(spec, info, CheckpointKey.Of(spec), cancellationToken).ConfigureAwait(false);
    }

    private async Task<InstalledCheckpoint?> FindAsync(CheckpointSpec spec, EngineInfo info, string key, CancellationToken cancellationToken)
    {
        if (store.Find(info.Id, key) is not { } stored
            || !await ServesAsync(spec, info, stored.Memory is not null, stored.Files is not null, stored.WhyNoMemory, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        foreach (var image in new[] { stored.Memory?.ImageName, stored.Files?.ImageName }.OfType<string>())
        {
            if (await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false) is null)
            {
                return null;
            }
        }

        return stored;
    }

    // What could not be dumped before is tried again where the reason may be gone: the runtime was registered since, CRIU was
    // installed since, or a dump is insisted on. Without a reason it was not tried, because another way was pinned then.
    private async Task<bool> ServesAsync(
        CheckpointSpec spec, EngineInfo info, bool hasMemory, bool hasFiles, string? whyNoMemory, CancellationToken cancellationToken) => spec.Mode switch
        {
            Rung.Cold => true,
            Rung.Files => hasFiles,
            Rung.Memory => hasMemory,
            _ => hasMemory || (whyNoMemory is not null && !await ReasonIsGoneAsync(spec, info, whyNoMemory, cancellationToken).ConfigureAwait(false)),
        };

    private async Task<bool> ReasonIsGoneAsync(CheckpointSpec spec, EngineInfo info, string reason, CancellationToken cancellationToken)
    {
        var registered = CrCacheRuntime.IsRegistered(info);
        if (!registered || reason.StartsWith(ErrorCodes.RuntimeNotRegistered, StringComparison.Ordinal))
        {
            return registered;
        }

        // Asking is quicker than the normal start that a vain attempt would cost at each build.
        return reason.StartsWith(ErrorCodes.RuntimeNotWorking, StringComparison.Ordinal)
            && await CrCacheRuntime.AskVersionsAsync(
                engine, spec.ImageId, ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name), cancellationToken).ConfigureAwait(false)
                is { Criu: not null };
    }

    // From an archive that is there: the build's own output first, then the store's, then the registry's.
    private async Task<(InstalledCheckpoint Stored, CheckpointSource Source)?> InstallAsync(
        CheckpointSpec spec,
        EngineInfo info,
        string key,
        string? archive,
        string? output,
        WorkArea area,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        using var use = archives.Open(key);
        if (archive is not null && await InstallFromAsync(archive).ConfigureAwait(false) is { } ofFile)
        {
            using var kept = await KeepAsync(ofFile.Archive, archive, cancellationToken).ConfigureAwait(false);
            return (ofFile.Stored, CheckpointSource.Found);
        }

        if (use is not null && await InstallFromAsync(use.Path).ConfigureAwait(false) is { } ofStore)
        {
            TryLink(key, output);
            return (ofStore.Stored, CheckpointSource.Found);
        }

        var pulled = area.NewFile();
        if (shared is not null
            && spec.Mode != Rung.Cold
            && await shared.TryPullAsync(spec.Name, key, pulled, progress, cancellationToken).ConfigureAwait(false)
            && await InstallFromAsync(pulled).ConfigureAwait(false) is { } ofRegistry)
        {
            using var kept = await KeepAsync(ofRegistry.Archive, pulled, cancellationToken).ConfigureAwait(false);
            TryLink(key, output);
            return (ofRegistry.Stored, CheckpointSource.Pulled);
        }

        return null;

        async Task<(InstalledCheckpoint Stored, UnpackedArchive Archive)?> InstallFromAsync(string path)
        {
            if (!File.Exists(path))
            {
                return null;
            }

            try
            {
                // Reading the record is quick; most archives that do not fit are seen by it.
                var record = await ArchiveReader.ReadRecordAsync(path, cancellationToken).ConfigureAwait(false);
                if (path == use?.Path && record.Key != key)
                {
                    throw new CrCacheException(ErrorCodes.BrokenArchive, $"The checkpoint {path} cannot be used: it is that of another key, {record.Key}.");
                }

                if (!await FitsAsync(record).ConfigureAwait(false))
                {
                    return null;
                }

                progress.Report("unpacking the checkpoint");
                var unpacked = await ArchiveReader.UnpackAsync(path, area.Archive, cancellationToken).ConfigureAwait(false);
                return (await InstallAsync(spec, info, unpacked.Record, area, progress, cancellationToken).ConfigureAwait(false), unpacked);
            }
            catch (CrCacheException e) when (e.Code is ErrorCodes.BrokenArchive or ErrorCodes.NoDecompressor)
            {
                progress.Report($"{e.Code}: {e.Message}");
                area.Clear();
                return null;
            }
        }

        async Task<bool> FitsAsync(ArchiveRecord record) => record.Key == key && CheckpointKey.Of(record.Spec) == key
            && await ServesAsync(spec, info, record.Memory is not null, record.Files is not null, record.WhyNoMemory, cancellationToken).ConfigureAwait(false);
    }

    private async Task<InstalledCheckpoint> MakeAsync(
        CheckpointSpec spec, EngineInfo info, string key, string? output, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (spec.Mode == Rung.Memory && !CrCacheRuntime.IsRegistered(info))
        {
            throw new CrCacheException(ErrorCodes.RuntimeNotRegistered, $"{spec.Name}: Mode is \"memory\", but {CrCacheRuntime.HowToRegister(engine)}");
        }

        var record = await new CheckpointMaker(engine, _restorer).MakeAsync(spec, info, key, area, progress, cancellationToken).ConfigureAwait(false);

        // Not at the same time: the trials measure, and packing takes a processor.
        var stored = await InstallAsync(spec, info, record, area, progress, cancellationToken).ConfigureAwait(false);
        progress.Report("packing it");
        record = record with { MemorySeconds = stored.Memory?.RestoreSeconds, FilesSeconds = stored.Files?.RestoreSeconds };
        if (record is not { Memory: null, Files: null })
        {
            var diffId = "";
            using var use = await archives.AddAsync(key, PackAsync, cancellationToken).ConfigureAwait(false);
            TryLink(key, output);
            if (shared is not null)
            {
                await shared.TryPushAsync(record, diffId, use.Path, progress, cancellationToken).ConfigureAwait(false);
            }

            async Task<ArchiveEntry> PackAsync(FileStream file) =>
                Entry(record, diffId = await ArchiveWriter.WriteAsync(record, area.Archive, file, cancellationToken).ConfigureAwait(false));
        }
        else if (output is not null)
        {
            // Nothing that anybody could use later, but a build has its output.
            using var content = new MemoryStream();
            await ArchiveWriter.WriteAsync(record, area.Archive, content, cancellationToken).ConfigureAwait(false);
            PrivateFile.Replace(output, file => content.WriteTo(file));
        }

        return stored;
    }

    // False where the store does not have it.
    private bool TryLink(string key, string? output)
    {
        if (output is null)
        {
            return true;
        }

        if (!archives.Contains(key))
        {
            return false;
        }

        archives.Link(key, output);
        return true;
    }

    // What somebody has copied into a build serves all projects of this user.
    private async Task<ArchiveUse> KeepAsync(UnpackedArchive archive, string path, CancellationToken cancellationToken) =>
        archives.Open(archive.Record.Key) ?? await archives.AddAsync(
            archive.Record.Key,
            async target =>
            {
                using var source = File.OpenRead(path);
                await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
                return Entry(archive.Record, archive.DiffId);
            },
            cancellationToken).ConfigureAwait(false);

    private static ArchiveEntry Entry(ArchiveRecord record, string diffId) => new()
    {
        Key = record.Key,
        Name = record.Spec.Name,
        Image = record.Spec.Image,
        Created = record.Created,
        DiffId = diffId,
    };

    private Task<InstalledCheckpoint> InstallAsync(
        CheckpointSpec spec, EngineInfo info, ArchiveRecord record, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken) =>
        new CheckpointInstaller(engine, store, _restorer).InstallAsync(spec, info, record, area, progress, cancellationToken);
}
