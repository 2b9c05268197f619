using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Keys;
using CrCache.Making;
using CrCache.Registries;
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
/// <param name="trust">Whose memory is restored; null for what is made with this store, and nobody else's.</param>
/// <param name="team">The archives of a team, or null.</param>
public sealed class CheckpointProvider(
    IEngine engine, InstalledCheckpoints installed, ArchiveStore archives, ArchiveTrust? trust = null, TeamRegistry? team = null)
{
    private readonly ArchiveTrust _trust = trust ?? new ArchiveTrust(new ArchiveKeys(archives.Root, team: null), trusted: null);

    /// <summary>The repository that the file which <see cref="EnsureAsync"/> is given was fetched from just now, or null.</summary>
    public RegistryReference? FetchedFrom { get; init; }

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
        var output = new BuildOutput(archive, write, FetchedFrom, archives);
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

            // With its record it would be forgotten and stay on the engine for ever. A step of others is gone on from.
            if (installed.Find(info.Id, key) is not { IsStep: true })
            {
                await new CheckpointRemover(engine, installed).ForgetAsync(info.Id, key, cancellationToken).ConfigureAwait(false);
            }

            return await WorkArea.UseAsync(installed.CreateWorkDirectory(), ProvideAsync).ConfigureAwait(false);
        }

        async Task<(InstalledCheckpoint Stored, CheckpointSource Source)> ProvideAsync(WorkArea area)
        {
            var job = new CheckpointJob
            {
                Spec = spec,
                Key = key,
                Store = installed.StoreId(),
                Engine = info,
                Area = area,
                Progress = progress,
            };
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
        if (installed.Find(info.Id, key) is not { IsStep: false } known
            || _trust.Limit(known) is not { } stored
            || !await new ReuseRule(engine, spec, info, _trust).TakesAsync(stored, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        return await stored.IsWholeAsync(engine, cancellationToken).ConfigureAwait(false) ? stored : null;
    }

    private async Task<(InstalledCheckpoint Stored, CheckpointSource Source)> ProvideJobAsync(
        CheckpointJob job, BuildOutput output, CancellationToken cancellationToken)
    {
        // The build's own output first, then the store, then the registry.
        var store = new UserStore(archives);
        using var found = await new ArchiveSearch(engine, _trust, InstallerOf(job), job)
            .InstallAsync(Places(output, store, team), cancellationToken)
            .ConfigureAwait(false);
        if (found is null)
        {
            return (await MakeAsync(job, output, cancellationToken).ConfigureAwait(false), CheckpointSource.Made);
        }

        // What somebody has copied into a build, or pulled, serves all projects of this user. One behind the store was asked for
        // because the store's own would not do.
        using var kept = await KeepAsync(found, replace: found.Source == team, cancellationToken).ConfigureAwait(false);
        if (found.Source != output)
        {
            await output.TryLinkAsync(job.Key, cancellationToken).ConfigureAwait(false);
        }

        return (found.Stored, found.Source.Source);
    }

    private async Task<InstalledCheckpoint> MakeAsync(CheckpointJob job, BuildOutput output, CancellationToken cancellationToken)
    {
        if (job.Spec.Mode == Rung.Memory && !CrCacheRuntime.IsRegistered(job.Engine))
        {
            throw new CrCacheException(
                ErrorCodes.RuntimeNotRegistered, $"{job.Spec.Name}: Mode is \"memory\", but {CrCacheRuntime.HowToRegister(engine)}");
        }

        var steps = new Steps(engine, installed, job, _trust.Keys, Places(new UserStore(archives), team));
        var record = await new CheckpointMaker(engine, Restorer, job, steps).MakeAsync(cancellationToken).ConfigureAwait(false);

        // Not at the same time: the trials measure, and packing takes a processor.
        var step = installed.Find(job.Engine.Id, job.Key);
        var stored = await InstallerOf(job).InstallAsync(record, new ArchiveProvenance(), cancellationToken).ConfigureAwait(false);
        await new CheckpointRemover(engine, installed).RemovePartsAsync(step, cancellationToken).ConfigureAwait(false);
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
        var (use, archive) = await AddAsync(record, job.Area, cancellationToken).ConfigureAwait(false);
        using var kept = use;
        await output.TryLinkAsync(job.Key, cancellationToken).ConfigureAwait(false);
        if (team is not null)
        {
            await team.TryPushAsync(archive, use.Path, job.Progress, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has the team's key sign the store's archive of a key too, where it was made here before there was that key.</summary>
    /// <returns>False where the archive is somebody else's, whom nobody here vouches for, or is not there.</returns>
    public async Task<bool> SignAsync(string key, CancellationToken cancellationToken)
    {
        using var use = await archives.OpenAsync(key, cancellationToken).ConfigureAwait(false);
        return use is not null && await WorkArea.UseAsync(installed.CreateWorkDirectory(), SignUnpackedAsync).ConfigureAwait(false);

        async Task<bool> SignUnpackedAsync(WorkArea area)
        {
            var archive = await ArchiveReader.UnpackAsync(use.Path, area.Archive, cancellationToken).ConfigureAwait(false);
            if (!_trust.IsAuthentic(archive) || _trust.Keys.AreComplete(archive.Signatures!))
            {
                return _trust.IsAuthentic(archive);
            }

            var (signed, _) = await AddAsync(archive.Record, area, cancellationToken).ConfigureAwait(false);
            signed.Dispose();
            return true;
        }
    }

    // Packs and signs it.
    private async Task<(ArchiveUse Use, UnpackedArchive Archive)> AddAsync(
        ArchiveRecord record, WorkArea area, CancellationToken cancellationToken)
    {
        var archive = new UnpackedArchive(record, DiffId: "");
        var use = await archives.AddAsync(
            record.Key,
            async file =>
            {
                var diffId = await ArchiveWriter
                    .WriteAsync(record, area.Archive, file, _trust.Keys, cancellationToken).ConfigureAwait(false);
                archive = archive with { DiffId = diffId };
                return archive.ToEntry();
            },
            cancellationToken).ConfigureAwait(false);
        return (use, archive);
    }

    private async Task<ArchiveUse> KeepAsync(ArchiveSearch.Result found, bool replace, CancellationToken cancellationToken)
    {
        var key = found.Archive.Record.Key;
        return (replace ? null : await archives.OpenAsync(key, cancellationToken).ConfigureAwait(false)) ?? await archives.AddAsync(
            key,
            async target =>
            {
                using var source = File.OpenRead(found.Use.Path);
                await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
                return found.Archive.ToEntry();
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static IArchiveSource[] Places(params IArchiveSource?[] places) => places.OfType<IArchiveSource>().ToArray();

    private CheckpointInstaller InstallerOf(CheckpointJob job) => new(engine, installed, Restorer, job);
}
