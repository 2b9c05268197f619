using System.Diagnostics;
using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Keys;
using CrCache.Ownership;
using CrCache.Readiness;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Setup;
using CrCache.Specs;

namespace CrCache.Making;

/// <summary>
/// Brings up a container with all set-up done, to be dumped: it goes on from the last step that is to be had, and keeps each new step on
/// the way, so that neither another project with the same server nor a change to a later set-up file starts it cold again.
/// </summary>
internal sealed class SetupChain(IEngine engine, CheckpointRestorer restorer, CheckpointJob job, ISteps steps)
{
    private readonly IReadOnlyList<CheckpointSpec> _chain = SpecChain.Of(job.Spec);
    private readonly MadeContainers _containers = new(engine, job);

    /// <summary>Brings it up; the caller removes it.</summary>
    /// <exception cref="CrCacheException">
    /// The server is not ready (CRC3002), a set-up file fails (CRC3006), or a step cannot be dumped or restored (CRC3003, CRC3004).
    /// </exception>
    public async Task<RunningServer> StartAsync(CancellationToken cancellationToken)
    {
        for (var longest = _chain.Count - 1; ; longest--)
        {
            var (found, at) = await FindAsync(longest, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return await StartFromNothingAsync(cancellationToken).ConfigureAwait(false);
            }

            try
            {
                return await GoOnAsync(found, at, cancellationToken).ConfigureAwait(false);
            }
            catch (CrCacheException e) when (e.Code == ErrorCodes.RestoreFailed)
            {
                job.Progress.Report($"an earlier step is of no use any more, and is made anew: {e.Message}");
                await steps.ForgetAsync(found, cancellationToken).ConfigureAwait(false);
                longest = at;
            }
        }
    }

    // The last one that is there, and its place in the chain.
    private async Task<(InstalledCheckpoint? Found, int At)> FindAsync(int longest, CancellationToken cancellationToken)
    {
        for (var at = longest; at >= 0; at--)
        {
            if (await steps.FindAsync(_chain[at], cancellationToken).ConfigureAwait(false) is { } found)
            {
                return (found, at);
            }
        }

        return (null, -1);
    }

    private async Task<RunningServer> StartFromNothingAsync(CancellationToken cancellationToken)
    {
        if (_chain.Count == 1)
        {
            return await StartServerAsync(cancellationToken).ConfigureAwait(false);
        }

        var first = await MakeAsync(0, StartServerAsync, cancellationToken).ConfigureAwait(false);
        return await GoOnAsync(first, 0, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunningServer> GoOnAsync(InstalledCheckpoint from, int at, CancellationToken cancellationToken)
    {
        for (; at < _chain.Count - 2; at++)
        {
            var (below, next) = (from, at + 1);
            from = await MakeAsync(next, token => RunEntryAsync(below, next, token), cancellationToken).ConfigureAwait(false);
        }

        return at == _chain.Count - 1
            ? await RestoreAsync(from, job.Spec, cancellationToken).ConfigureAwait(false)
            : await RunEntryAsync(from, at + 1, cancellationToken).ConfigureAwait(false);
    }

    // One process at a time: the next finds it made.
    private async Task<InstalledCheckpoint> MakeAsync(
        int at, Func<CancellationToken, Task<RunningServer>> start, CancellationToken cancellationToken)
    {
        using var nobodyElseMakesIt = await steps.LockAsync(_chain[at], cancellationToken).ConfigureAwait(false);
        if (await steps.FindOnEngineAsync(_chain[at], cancellationToken).ConfigureAwait(false) is { } made)
        {
            return made;
        }

        var server = await start(cancellationToken).ConfigureAwait(false);
        try
        {
            var step = await KeepAsync(server, _chain[at], cancellationToken).ConfigureAwait(false);
            await _containers.LeaveImageAsync(server.Id).ConfigureAwait(false);
            return step;
        }
        catch
        {
            await _containers.RemoveWithDumpAsync(server.Id).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<InstalledCheckpoint> KeepAsync(RunningServer server, CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var key = CheckpointKey.Of(spec);
        var volumes = job.Area.NewFile();
        var memory = await server.DumpAsync(engine, job with { Spec = spec, Key = key }, volumes, cancellationToken).ConfigureAwait(false);
        var files = memory.Volumes.ToDictionary(volume => volume.Key, volume => Path.Combine(volumes, volume.Value));
        var step = InstalledCheckpoint.Begin(ArchiveRecord.Begin(spec, key, job.Engine), spec, job.Engine.Id) with
        {
            ColdSeconds = server.ColdSeconds,
            Memory = memory with
            {
                Secret = await new DumpCapture(engine, job).ProtectAsync(memory.Dump, cancellationToken).ConfigureAwait(false),
                Volumes = await steps.KeepVolumesAsync(key, files, cancellationToken).ConfigureAwait(false),
            },
            EngineBytes = await SizeAsync(memory, cancellationToken).ConfigureAwait(false),
            IsStep = true,
        };
        steps.Keep(step);
        return step;
    }

    private async Task<long> SizeAsync(InstalledMemory memory, CancellationToken cancellationToken)
    {
        var labels = ContainerLabels.Of(ContainerLabels.ForTrial, job.Spec.Name);
        var dumps = await CrCacheRuntime.ListDumpsAsync(engine, memory.ImageId, labels, cancellationToken).ConfigureAwait(false);
        return dumps?.FirstOrDefault(dump => dump.Id == memory.Dump)?.Bytes ?? 0;
    }

    private async Task<RunningServer> StartServerAsync(CancellationToken cancellationToken)
    {
        job.Progress.Report($"starting {job.Spec.Image}");
        var clock = Stopwatch.StartNew();
        return await StartAsync(ContainerPlan.ToDump(job.Spec), BringUpAsync, cancellationToken).ConfigureAwait(false);

        async Task<double> BringUpAsync(string id)
        {
            await FileCopy.BeforeStartAsync(engine, id, job.Spec, cancellationToken).ConfigureAwait(false);
            await CrCacheRuntime.StartAsync(engine, id, cancellationToken).ConfigureAwait(false);
            await new ReadyWaiter(engine).WaitAsync(id, job.Spec, cancellationToken).ConfigureAwait(false);
            return clock.Elapsed.TotalSeconds;
        }
    }

    private async Task<RunningServer> RunEntryAsync(InstalledCheckpoint from, int at, CancellationToken cancellationToken)
    {
        var server = await RestoreAsync(from, _chain[at], cancellationToken).ConfigureAwait(false);
        try
        {
            var clock = Stopwatch.StartNew();
            var entry = _chain[at] with { Setup = SpecChain.Added(_chain, at) };
            await SetupRunner.RunAsync(engine, server.Id, entry, job.Progress, cancellationToken).ConfigureAwait(false);
            return server with { ColdSeconds = server.ColdSeconds + clock.Elapsed.TotalSeconds };
        }
        catch
        {
            await _containers.RemoveWithDumpAsync(server.Id).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<RunningServer> RestoreAsync(InstalledCheckpoint from, CheckpointSpec spec, CancellationToken cancellationToken)
    {
        job.Progress.Report(from.IsStep ? "going on from an earlier step" : "going on from a checkpoint");
        try
        {
            return await StartAsync(ContainerPlan.ToGoOn(spec, from.Memory!), BringUpAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ImageMissingException or CrCacheException { Code: ErrorCodes.EngineCallFailed })
        {
            throw new CrCacheException(
                ErrorCodes.RestoreFailed, $"{spec.Name} cannot be restored from memory: {CrCacheRuntime.Essence(e.Message)}", e);
        }

        async Task<double> BringUpAsync(string id)
        {
            await new VolumeFiller(from.Memory!.Volumes, restorer.VolumesOf(from)).FillAsync(engine, id, cancellationToken)
                .ConfigureAwait(false);
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            return from.ColdSeconds;
        }
    }

    private async Task<RunningServer> StartAsync(
        ContainerDefinition definition, Func<string, Task<double>> bringUp, CancellationToken cancellationToken)
    {
        var id = await engine.CreateContainerAsync(definition, cancellationToken).ConfigureAwait(false);
        try
        {
            var volumes = await VolumeContents.BeforeStartAsync(engine, id, job.Spec.Volumes, cancellationToken).ConfigureAwait(false);
            return new RunningServer(id, volumes, IsOnNetwork: definition.Network, await bringUp(id).ConfigureAwait(false));
        }
        catch
        {
            await _containers.RemoveWithDumpAsync(id).ConfigureAwait(false);
            throw;
        }
    }
}
