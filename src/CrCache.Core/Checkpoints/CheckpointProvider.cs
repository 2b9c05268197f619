using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Keys;
using CrCache.Making;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;
using CrCache.Store;
using CrCache.Upkeep;

namespace CrCache.Checkpoints;

/// <summary>Finds a checkpoint on the engine, brings its archive there, or has it made.</summary>
/// <param name="engine">The engine.</param>
/// <param name="installed">What this user's engines have.</param>
/// <param name="archives">This user's archives.</param>
/// <param name="team">Those of a team, or null.</param>
public sealed class CheckpointProvider(
    IEngine engine, InstalledCheckpoints installed, ArchiveStore archives, TeamRegistry? team = null)
{
    /// <summary>The engine.</summary>
    internal IEngine Engine => engine;

    /// <summary>Brings copies back on that engine.</summary>
    internal CheckpointRestorer Restorer { get; } = new(engine, installed);

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
        var output = new BuildOutput(archive, write, archives);
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        if (await FindWithArchiveAsync().ConfigureAwait(false) is { } found)
        {
            return (found, CheckpointSource.Found);
        }

        var ensured = await EnsureLockedAsync().ConfigureAwait(false);

        // Without the lock: who removes another one waits for that one's.
        await new EngineUpkeep(engine, installed, archives).MakeRoomAsync(info.Id, key, progress, cancellationToken).ConfigureAwait(false);
        return ensured;

        async Task<(InstalledCheckpoint Stored, CheckpointSource Source)> EnsureLockedAsync()
        {
            using var nobodyElseMakesIt = await installed.LockAsync(key, progress, cancellationToken).ConfigureAwait(false);

            // Another process may have made it while this one waited.
            if (await FindWithArchiveAsync().ConfigureAwait(false) is { } foundNow)
            {
                return (foundNow, CheckpointSource.Found);
            }

            // With its record it would be forgotten and stay on the engine for ever.
            await new CheckpointRemover(engine, installed).ForgetAsync(info.Id, key, cancellationToken).ConfigureAwait(false);
            return await WorkArea.UseAsync(installed.CreateWorkDirectory(), ProvideAsync).ConfigureAwait(false);
        }

        async Task<(InstalledCheckpoint Stored, CheckpointSource Source)> ProvideAsync(WorkArea area)
        {
            var job = new CheckpointJob { Spec = spec, Key = key, Engine = info, Area = area, Progress = progress };
            try
            {
                return await ProvideJobAsync(job, output, cancellationToken).ConfigureAwait(false);
            }
            catch (CrCacheException e) when (spec.Mode == Rung.Auto && EngineDisk.IsFull(e))
            {
                var cold = await new FullEngine(job, output).StartColdAsync(e, cancellationToken).ConfigureAwait(false);
                return (cold, CheckpointSource.Cold);
            }
        }

        async Task<InstalledCheckpoint?> FindWithArchiveAsync() =>
            await FindAsync(spec, info, key, cancellationToken).ConfigureAwait(false) is { } stored
            && await output.TryLinkAsync(key, cancellationToken).ConfigureAwait(false)
                ? stored
                : null;
    }

    /// <summary>The checkpoint of a spec where the engine has it and <see cref="EnsureAsync"/> would take it, or null.</summary>
    public async Task<InstalledCheckpoint?> FindAsync(CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        return await FindAsync(spec, info, CheckpointKey.Of(spec), cancellationToken).ConfigureAwait(false);
    }

    private async Task<InstalledCheckpoint?> FindAsync(
        CheckpointSpec spec, EngineInfo info, string key, CancellationToken cancellationToken)
    {
        if (installed.Find(info.Id, key) is not { } stored
            || !await new ReuseRule(engine, spec, info).TakesAsync(stored, cancellationToken).ConfigureAwait(false))
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

    private async Task<(InstalledCheckpoint Stored, CheckpointSource Source)> ProvideJobAsync(
        CheckpointJob job, BuildOutput output, CancellationToken cancellationToken)
    {
        // The build's own output first, then the store, then the registry.
        foreach (var source in new IArchiveSource?[] { output, new UserStore(archives), team }.OfType<IArchiveSource>())
        {
            using var found = await source.OpenAsync(job, cancellationToken).ConfigureAwait(false);
            if (found is not null && await InstallAsync(job, source, found.Path, cancellationToken).ConfigureAwait(false) is { } ready)
            {
                // What somebody has copied into a build, or pulled, serves all projects of this user.
                using var kept = await KeepAsync(ready.Archive, found.Path, cancellationToken).ConfigureAwait(false);
                if (source != output)
                {
                    await output.TryLinkAsync(job.Key, cancellationToken).ConfigureAwait(false);
                }

                return (ready.Stored, source.Source);
            }
        }

        return (await MakeAsync(job, output, cancellationToken).ConfigureAwait(false), CheckpointSource.Made);
    }

    // Null where it is not what is wanted, or damaged.
    private async Task<(InstalledCheckpoint Stored, UnpackedArchive Archive)?> InstallAsync(
        CheckpointJob job, IArchiveSource source, string path, CancellationToken cancellationToken)
    {
        try
        {
            // Reading the record is quick; most archives that do not fit are seen by it.
            var record = await ArchiveReader.ReadRecordAsync(path, cancellationToken).ConfigureAwait(false);
            if (record.Key != job.Key && source.IsByKey)
            {
                throw new CrCacheException(
                    ErrorCodes.BrokenArchive, $"The checkpoint {path} cannot be used: it is that of another key, {record.Key}.");
            }

            if (record.Key != job.Key
                || CheckpointKey.Of(record.Spec) != job.Key
                || !await new ReuseRule(engine, job.Spec, job.Engine).TakesAsync(record, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            job.Progress.Report("unpacking the checkpoint");
            var unpacked = await ArchiveReader.UnpackAsync(path, job.Area.Archive, cancellationToken).ConfigureAwait(false);
            return (await InstallerOf(job).InstallAsync(unpacked.Record, cancellationToken).ConfigureAwait(false), unpacked);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.BrokenArchive)
        {
            job.Progress.Report($"{e.Code}: {e.Message}");
            job.Area.Clear();
            return null;
        }
    }

    private async Task<InstalledCheckpoint> MakeAsync(CheckpointJob job, BuildOutput output, CancellationToken cancellationToken)
    {
        if (job.Spec.Mode == Rung.Memory && !CrCacheRuntime.IsRegistered(job.Engine))
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotRegistered, $"{job.Spec.Name}: Mode is \"memory\", but {CrCacheRuntime.HowToRegister(engine)}");
        }

        var record = await new CheckpointMaker(engine, Restorer, job).MakeAsync(cancellationToken).ConfigureAwait(false);

        // Not at the same time: the trials measure, and packing takes a processor.
        var stored = await InstallerOf(job).InstallAsync(record, cancellationToken).ConfigureAwait(false);
        job.Progress.Report("packing it");
        record = record with { MemorySeconds = stored.Memory?.RestoreSeconds, FilesSeconds = stored.Files?.RestoreSeconds };
        if (record.HasMemory || record.HasFiles)
        {
            await PackAsync(job, record, output, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await output.WriteAsync(record, job.Area.Archive, cancellationToken).ConfigureAwait(false);
        }

        return stored;
    }

    private async Task PackAsync(CheckpointJob job, ArchiveRecord record, BuildOutput output, CancellationToken cancellationToken)
    {
        var archive = new UnpackedArchive(record, DiffId: "");
        using var use = await archives.AddAsync(
            job.Key,
            async file =>
            {
                var diffId = await ArchiveWriter.WriteAsync(record, job.Area.Archive, file, cancellationToken).ConfigureAwait(false);
                archive = archive with { DiffId = diffId };
                return archive.ToEntry();
            },
            cancellationToken).ConfigureAwait(false);
        await output.TryLinkAsync(job.Key, cancellationToken).ConfigureAwait(false);
        if (team is not null)
        {
            await team.TryPushAsync(archive, use.Path, job.Progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ArchiveUse> KeepAsync(UnpackedArchive archive, string path, CancellationToken cancellationToken) =>
        await archives.OpenAsync(archive.Record.Key, cancellationToken).ConfigureAwait(false) ?? await archives.AddAsync(
            archive.Record.Key,
            async target =>
            {
                using var source = File.OpenRead(path);
                await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
                return archive.ToEntry();
            },
            cancellationToken).ConfigureAwait(false);

    private CheckpointInstaller InstallerOf(CheckpointJob job) => new(engine, installed, Restorer, job);
}
