using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Keys;
using CrCache.Making;
using CrCache.Restoring;
using CrCache.Specs;
using CrCache.Upkeep;

namespace CrCache.Checkpoints;

/// <summary>
/// The steps that a checkpoint is made on top of: what the engine has, or the store or the team's registry. What is made is signed here
/// and trusted by all who trust this user: memory that only a project trusts, because of where it comes from, is no step of it.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="installed">What this user's engines have.</param>
/// <param name="job">What is made.</param>
/// <param name="keys">Whose signatures are accepted.</param>
/// <param name="sources">Where archives of steps may be, in the order in which they are asked.</param>
internal sealed class Steps(
    IEngine engine,
    InstalledCheckpoints installed,
    CheckpointJob job,
    ArchiveKeys keys,
    IReadOnlyList<IArchiveSource> sources) : ISteps
{
    public async Task<InstalledCheckpoint?> FindAsync(CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var key = CheckpointKey.Of(spec);
        if (await FindOnEngineAsync(spec, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return Touched(found);
        }

        // Whoever makes the whole has its lock, and has looked for its archive.
        if (key == job.Key)
        {
            return null;
        }

        using var nobodyMakesIt = await LockAsync(spec, cancellationToken).ConfigureAwait(false);
        return await FindOnEngineAsync(spec, cancellationToken).ConfigureAwait(false)
            ?? await FindArchiveAsync(spec, key, cancellationToken).ConfigureAwait(false);
    }

    public async Task<InstalledCheckpoint?> FindOnEngineAsync(CheckpointSpec spec, CancellationToken cancellationToken) =>
        installed.Find(job.Engine.Id, CheckpointKey.Of(spec)) is { HasMemory: true, TrustedFrom: null } step
        && !spec.IsTooOld(step.Created)
        && await step.IsWholeAsync(engine, cancellationToken).ConfigureAwait(false)
            ? step
            : null;

    public Task<IDisposable> LockAsync(CheckpointSpec spec, CancellationToken cancellationToken) =>
        installed.LockAsync(CheckpointKey.Of(spec), job.Progress, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> KeepVolumesAsync(
        string key, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken) =>
        installed.SaveVolumesAsync((job.Engine.Id, key), "memory", files, cancellationToken);

    public void Keep(InstalledCheckpoint step) => installed.Save(step);

    public Task ForgetAsync(InstalledCheckpoint step, CancellationToken cancellationToken) =>
        new CheckpointRemover(engine, installed).ForgetAsync(step.EngineId, step.Key, cancellationToken);

    // Whatever is wrong with one, the step is made then.
    private async Task<InstalledCheckpoint?> FindArchiveAsync(CheckpointSpec spec, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await WorkArea.UseAsync(installed.CreateWorkDirectory(), InstallAsync).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code is not (ErrorCodes.NoEngine or ErrorCodes.EngineCallFailed))
        {
            job.Progress.Report($"the checkpoint of an earlier step is not used: {e.Code}: {e.Message}");
            return null;
        }

        async Task<InstalledCheckpoint?> InstallAsync(WorkArea area)
        {
            var step = job with { Spec = spec with { Mode = Rung.Memory }, Key = key, Area = area };
            var installer = new CheckpointInstaller(engine, installed, new CheckpointRestorer(engine, installed), step);
            using var found = await new ArchiveSearch(engine, new ArchiveTrust(keys, trusted: null), installer, step)
                .InstallAsync(sources, cancellationToken).ConfigureAwait(false);
            return found?.Stored;
        }
    }

    // It is not the least recently used one then. Who removes it just now has the lock.
    private InstalledCheckpoint Touched(InstalledCheckpoint step)
    {
        using var nobodyRemovesIt = installed.TryLock(step.Key);
        if (nobodyRemovesIt is not null && installed.Find(step.EngineId, step.Key) is { } there)
        {
            installed.Save(there with { Used = DateTimeOffset.UtcNow });
        }

        return step;
    }
}
