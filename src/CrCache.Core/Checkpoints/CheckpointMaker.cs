using System.Diagnostics;
using CrCache.Cleanup;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Readiness;
using CrCache.Runtimes;
using CrCache.Setup;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>Finds a checkpoint on the engine, or makes it: starts a container, waits until it is ready, dumps it, tries it.</summary>
public sealed class CheckpointMaker(IEngine engine, CheckpointStore store)
{
    private const string Repository = "crcache/checkpoint";
    private readonly CheckpointRestorer _restorer = new(engine, store);

    /// <summary>Finds or makes the checkpoint of a spec; one process at a time for each key.</summary>
    /// <returns>What the engine has, and whether it was made now.</returns>
    public async Task<(StoredCheckpoint Stored, bool Made)> EnsureAsync(
        CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var key = CheckpointKey.Of(spec);
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        if (await FindAsync(spec, info, key, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return (found, false);
        }

        using (await store.LockAsync(key, progress, cancellationToken).ConfigureAwait(false))
        {
            // Another process may have made it while this one waited.
            if (await FindAsync(spec, info, key, cancellationToken).ConfigureAwait(false) is { } foundNow)
            {
                return (foundNow, false);
            }

            var made = await MakeAsync(spec, info, key, progress, cancellationToken).ConfigureAwait(false);
            store.Save(made);
            return (made, true);
        }
    }

    /// <summary>The checkpoint of a spec where the engine has it and <see cref="EnsureAsync"/> would take it, or null.</summary>
    public async Task<StoredCheckpoint?> FindAsync(CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        return await FindAsync(spec, info, CheckpointKey.Of(spec), cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoredCheckpoint?> FindAsync(CheckpointSpec spec, EngineInfo info, string key, CancellationToken cancellationToken)
    {
        var stored = store.Find(info.Id, key);
        if (stored is null)
        {
            return null;
        }

        if (stored.Memory is { } memory)
        {
            return await engine.FindImageAsync(memory.ImageId, cancellationToken).ConfigureAwait(false) is null ? null : stored;
        }

        // What could not be dumped before is tried again where the reason may be gone: the runtime was registered since, CRIU
        // was installed since, or a dump is insisted on. Without a reason it was not tried: a normal start was all that was wanted.
        return spec.Mode switch
        {
            RestoreMode.Cold => stored,
            RestoreMode.Memory => null,
            _ => stored.WhyNoMemory is not { } reason || await ReasonIsGoneAsync(spec, info, reason, cancellationToken).ConfigureAwait(false) ? null : stored,
        };
    }

    private async Task<bool> ReasonIsGoneAsync(CheckpointSpec spec, EngineInfo info, string reason, CancellationToken cancellationToken)
    {
        if (!HasRuntime(info) || reason.StartsWith(ErrorCodes.RuntimeNotRegistered, StringComparison.Ordinal))
        {
            return HasRuntime(info);
        }

        // Asking is quicker than the normal start that a vain attempt would cost at each build.
        return reason.StartsWith(ErrorCodes.RuntimeNotWorking, StringComparison.Ordinal)
            && await CrCacheRuntime.AskVersionsAsync(
                engine, spec.ImageId, ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name), cancellationToken).ConfigureAwait(false)
                is { Criu: not null };
    }

    private static bool HasRuntime(EngineInfo info) => info.Runtimes.Contains(CrCacheRuntime.Name);

    private async Task<StoredCheckpoint> MakeAsync(
        CheckpointSpec spec, EngineInfo info, string key, IProgress<string> progress, CancellationToken cancellationToken)
    {
        store.Remove(info.Id, key);
        var canDump = HasRuntime(info);
        if (!canDump && spec.Mode == RestoreMode.Memory)
        {
            throw new CrCacheException(ErrorCodes.RuntimeNotRegistered, $"{spec.Name}: Mode is \"memory\", but {NoRuntime()}");
        }

        progress.Report($"starting {spec.Image}");
        var stored = new StoredCheckpoint
        {
            Key = key,
            EngineId = info.Id,
            Name = spec.Name,
            Preset = spec.Preset,
            Image = spec.Image,
            Parts = ShownParts.Of(spec),
            Created = DateTimeOffset.UtcNow,
            ColdSeconds = 0,
        };
        if (!canDump || spec.Mode == RestoreMode.Cold)
        {
            var seconds = await TryColdAsync(spec, progress, cancellationToken).ConfigureAwait(false);
            return stored with { ColdSeconds = seconds, WhyNoMemory = canDump ? null : $"{ErrorCodes.RuntimeNotRegistered}: {NoRuntime()}" };
        }

        var clock = Stopwatch.StartNew();
        var id = await engine.CreateContainerAsync(ContainerPlan.ToDump(spec), cancellationToken).ConfigureAwait(false);
        try
        {
            var pristine = await ReadVolumeRootsAsync(spec, id, cancellationToken).ConfigureAwait(false);
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            await new ReadyWaiter(engine).WaitAsync(id, spec, cancellationToken).ConfigureAwait(false);
            await SetupRunner.RunAsync(engine, id, spec, progress, cancellationToken).ConfigureAwait(false);
            stored = stored with { ColdSeconds = clock.Elapsed.TotalSeconds };
            if (spec.Ready.NeedsNetwork)
            {
                await engine.DisconnectContainerAsync(id, cancellationToken).ConfigureAwait(false);
            }

            return await DumpAsync(spec, stored, id, pristine, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // A normal start that is thrown away: it proves that the item is right, and how long it takes.
    private async Task<double> TryColdAsync(CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var trial = await _restorer.StartColdAsync(spec, ContainerLabels.ForTrial, note: null, progress, cancellationToken).ConfigureAwait(false);
        await engine.RemoveContainerAsync(trial.Id, cancellationToken).ConfigureAwait(false);
        return trial.Seconds;
    }

    private string NoRuntime() =>
        $"the engine at {engine.Endpoint} does not know the runtime 'crcache'. Register it with `sudo crcache runtime configure --runtime docker`.";

    private async Task<StoredCheckpoint> DumpAsync(
        CheckpointSpec spec,
        StoredCheckpoint stored,
        string id,
        IReadOnlyDictionary<string, VolumeRoot> pristine,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        var imageId = "";
        try
        {
            progress.Report("dumping its memory");
            var dump = await CrCacheRuntime.DumpAsync(engine, id, cancellationToken).ConfigureAwait(false);
            imageId = await engine.CommitAsync(id, Repository, id, ContainerLabels.Of(ContainerLabels.ForCheckpoint, spec.Name), cancellationToken).ConfigureAwait(false);
            var volumes = await SaveVolumesAsync(spec, stored, id, pristine, cancellationToken).ConfigureAwait(false);
            progress.Report("trying the restore");
            var memory = new MemoryCheckpoint { Dump = dump, ImageId = imageId, Volumes = volumes, RestoreSeconds = 0 };
            var trial = await _restorer.RestoreMemoryAsync(spec, stored, memory, ContainerLabels.ForTrial, cancellationToken).ConfigureAwait(false);
            await engine.RemoveContainerAsync(trial.Id, cancellationToken).ConfigureAwait(false);
            return stored with { Memory = memory with { RestoreSeconds = trial.Seconds } };
        }
        catch (Exception e)
        {
            await DiscardAsync(spec, id, imageId).ConfigureAwait(false);
            if (e is CrCacheException { Code: ErrorCodes.DumpFailed or ErrorCodes.RestoreFailed or ErrorCodes.RuntimeNotWorking } failure && spec.Mode != RestoreMode.Memory)
            {
                // Where a normal start does not answer either, it is the item that is wrong, and the error says so.
                progress.Report("trying a normal start, because the memory cannot be restored");
                await TryColdAsync(spec, progress, cancellationToken).ConfigureAwait(false);
                return stored with { WhyNoMemory = $"{failure.Code}: {failure.Message}" };
            }

            throw;
        }
    }

    private async Task DiscardAsync(CheckpointSpec spec, string dump, string imageId)
    {
        await CrCacheRuntime.RemoveDumpAsync(
            engine, spec.ImageId, dump, ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name), CancellationToken.None).ConfigureAwait(false);
        if (imageId.Length > 0)
        {
            await engine.RemoveImageAsync(imageId, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<string, VolumeRoot>> ReadVolumeRootsAsync(CheckpointSpec spec, string id, CancellationToken cancellationToken)
    {
        var roots = new Dictionary<string, VolumeRoot>();
        foreach (var volume in spec.Volumes)
        {
            using var tar = await engine.ReadArchiveAsync(id, volume, cancellationToken).ConfigureAwait(false);
            roots[volume] = await VolumeRoot.ReadAsync(tar, cancellationToken).ConfigureAwait(false);
        }

        return roots;
    }

    // An image of the container does not hold its volumes. One that is still as the image declared it needs no copy.
    private async Task<Dictionary<string, string>> SaveVolumesAsync(
        CheckpointSpec spec, StoredCheckpoint stored, string id, IReadOnlyDictionary<string, VolumeRoot> pristine, CancellationToken cancellationToken)
    {
        var saved = new Dictionary<string, string>();
        foreach (var volume in spec.Volumes)
        {
            VolumeRoot now;
            using (var tar = await engine.ReadArchiveAsync(id, volume, cancellationToken).ConfigureAwait(false))
            {
                now = await VolumeRoot.ReadAsync(tar, cancellationToken).ConfigureAwait(false);
            }

            if (now == pristine[volume] && now.Empty)
            {
                continue;
            }

            var file = $"volume-{saved.Count}.tar";
            using var content = await engine.ReadArchiveAsync(id, volume, cancellationToken).ConfigureAwait(false);
            await store.SaveFileAsync(stored.EngineId, stored.Key, file, content, cancellationToken).ConfigureAwait(false);
            saved[volume] = file;
        }

        return saved;
    }
}
