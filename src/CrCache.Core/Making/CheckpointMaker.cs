using System.Diagnostics;
using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Ownership;
using CrCache.Readiness;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Setup;
using CrCache.Specs;

namespace CrCache.Making;

/// <summary>
/// Makes a checkpoint as an unpacked archive: brings up a container with all set-up done and dumps it; then restores the dump, stops that
/// copy in an orderly way, and takes its files as well.
/// </summary>
internal sealed class CheckpointMaker(IEngine engine, CheckpointRestorer restorer, CheckpointJob job, ISteps steps)
{
    // A server that has to be killed leaves files that need recovery.
    private const int LongestStopSeconds = 30;

    private readonly CheckpointSpec _spec = job.Spec;
    private readonly DumpCapture _dump = new(engine, job);
    private readonly FileSystemCapture _files = new(engine, job);
    private readonly MadeContainers _containers = new(engine, job);

    /// <summary>Makes it. The containers, images and the dump that this takes are gone afterwards.</summary>
    /// <returns>The record; the files are in the work area.</returns>
    public async Task<ArchiveRecord> MakeAsync(CancellationToken cancellationToken)
    {
        var record = ArchiveRecord.Begin(_spec, job.Key, job.Engine);
        if (!CrCacheRuntime.IsRegistered(job.Engine))
        {
            record = record with { WhyNoMemory = $"{ErrorCodes.RuntimeNotRegistered}: {CrCacheRuntime.HowToRegister(engine)}" };
        }
        else if (_spec.Mode is Rung.Auto or Rung.Memory)
        {
            try
            {
                return await MakeWithMemoryAsync(record, cancellationToken).ConfigureAwait(false);
            }
            catch (CrCacheException e) when (_spec.Mode == Rung.Auto && IsAboutMemory(e))
            {
                // Where a normal start does not answer either, it is the item that is wrong, and the error says so.
                job.Progress.Report("trying a normal start, because the memory cannot be restored");
                job.Area.Clear();
                record = record with { WhyNoMemory = $"{e.Code}: {e.Message}" };
            }
        }

        return await MakeFilesAsync(record, cancellationToken).ConfigureAwait(false);
    }

    // A disk that is full says nothing of what can be dumped there another time.
    private static bool IsAboutMemory(CrCacheException failure) =>
        failure.Code is ErrorCodes.DumpFailed or ErrorCodes.RestoreFailed or ErrorCodes.RuntimeNotWorking && !EngineDisk.IsFull(failure);

    private async Task<ArchiveRecord> MakeWithMemoryAsync(ArchiveRecord record, CancellationToken cancellationToken)
    {
        var server = await new SetupChain(engine, restorer, job, steps).StartAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            record = record with { ColdSeconds = server.ColdSeconds };
            record = _spec.Verify is { IsOwn: true }
                ? await VerifyAsync(record, server.Id, cancellationToken).ConfigureAwait(false)
                : record;
            var raw = await server.DumpAsync(engine, job, job.Area.Archive, cancellationToken).ConfigureAwait(false);
            await _dump.ReadAsync(raw.Dump, cancellationToken).ConfigureAwait(false);
            record = await TakeFilesAsync(record, raw, server.Volumes, cancellationToken).ConfigureAwait(false);
            await PodmanMembers.WriteAsync(record, raw.Dump, job.Area, cancellationToken).ConfigureAwait(false);
            return record with { Origin = await _dump.OriginAsync(record.Origin, cancellationToken).ConfigureAwait(false) };
        }
        finally
        {
            await _containers.RemoveWithDumpAsync(server.Id).ConfigureAwait(false);
        }
    }

    // The copy proves that the dump can be restored. It can be stopped; the dumped container is dead.
    private async Task<ArchiveRecord> TakeFilesAsync(
        ArchiveRecord record, InstalledMemory raw, VolumeContents volumes, CancellationToken cancellationToken)
    {
        job.Progress.Report("trying the restore");
        var copy = await restorer.RestoreMemoryAsync(
            _spec,
            raw,
            file => File.OpenRead(Path.Combine(job.Area.Archive, file)),
            ContainerLabels.ForTrial,
            cancellationToken).ConfigureAwait(false);
        try
        {
            if (_spec.Verify is { IsOwn: false })
            {
                // Not before the dump: what a server needs to answer a preset's command makes it larger (MariaDB's by a quarter).
                record = await VerifyAsync(record, copy.Id, cancellationToken).ConfigureAwait(false);
            }

            job.Progress.Report("stopping a copy for its files");
            var memory = new ArchivedFileSystem { Folder = "", Volumes = raw.Volumes };
            if (await StopAsync(copy.Id, cancellationToken).ConfigureAwait(false) is { } reason)
            {
                var alone = await _files.TakeLayersAsync([(raw.ImageId, memory)], raw.Dump, cancellationToken).ConfigureAwait(false);
                return record with { Memory = alone[0], WhyNoFiles = $"{reason.Code}: {reason.Message}" };
            }

            var files = await CleanFilesAsync(copy.Id, volumes, cancellationToken).ConfigureAwait(false) with { OnTopOfMemory = true };
            var image = await _files.CommitAsync(copy.Id, cancellationToken).ConfigureAwait(false);
            var taken = await _files.TakeLayersAsync(
                [(raw.ImageId, memory), (image, files)], raw.Dump, cancellationToken).ConfigureAwait(false);
            return record with { Memory = taken[0], Files = taken[1] };
        }
        finally
        {
            await _containers.RemoveAsync(copy.Id).ConfigureAwait(false);
        }
    }

    private async Task<ArchiveRecord> MakeFilesAsync(ArchiveRecord record, CancellationToken cancellationToken)
    {
        job.Progress.Report($"starting {_spec.Image}");
        var clock = Stopwatch.StartNew();
        var plan = ContainerPlan.Cold(_spec, ContainerLabels.ForTrial);
        var id = await engine.CreateContainerAsync(plan, cancellationToken).ConfigureAwait(false);
        try
        {
            var volumes = await VolumeContents.BeforeStartAsync(engine, id, _spec.Volumes, cancellationToken).ConfigureAwait(false);
            await FileCopy.BeforeStartAsync(engine, id, _spec, cancellationToken).ConfigureAwait(false);
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            await new ReadyWaiter(engine).WaitAsync(id, _spec, cancellationToken).ConfigureAwait(false);
            await SetupRunner.RunAsync(engine, id, _spec, job.Progress, cancellationToken).ConfigureAwait(false);
            await restorer.AnswersAsync(_spec, id, cancellationToken).ConfigureAwait(false);
            record = record with { ColdSeconds = clock.Elapsed.TotalSeconds };
            if (_spec.Mode == Rung.Cold)
            {
                return record;
            }

            record = await VerifyAsync(record, id, cancellationToken).ConfigureAwait(false);
            job.Progress.Report("stopping it for its files");
            if (await StopAsync(id, cancellationToken).ConfigureAwait(false) is { } reason)
            {
                return _spec.Mode == Rung.Files ? throw reason : record with { WhyNoFiles = $"{reason.Code}: {reason.Message}" };
            }

            var files = await CleanFilesAsync(id, volumes, cancellationToken).ConfigureAwait(false);
            var image = await _files.CommitAsync(id, cancellationToken).ConfigureAwait(false);
            var taken = await _files.TakeLayersAsync([(image, files)], dumped: null, cancellationToken).ConfigureAwait(false);
            return record with { Files = taken[0] };
        }
        finally
        {
            await _containers.RemoveAsync(id).ConfigureAwait(false);
        }
    }

    // Without what the set-up has made nothing can be compared with it: then files serve only where they are insisted on.
    private async Task<ArchiveRecord> VerifyAsync(ArchiveRecord record, string id, CancellationToken cancellationToken)
    {
        try
        {
            return record with { Verified = await new StateVerifier(engine, _spec).ReadAsync(id, cancellationToken).ConfigureAwait(false) };
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.VerifyFailed && _spec.Verify is { IsOwn: false })
        {
            return record with { WhyNoFiles = $"{e.Code}: {e.Message}" };
        }
    }

    // Null, or why the files are of no use.
    private async Task<CrCacheException?> StopAsync(string id, CancellationToken cancellationToken)
    {
        const int Killed = 128 + 9;
        var seconds = Math.Min(LongestStopSeconds, _spec.TimeoutSeconds);
        await engine.StopContainerAsync(id, TimeSpan.FromSeconds(seconds), cancellationToken).ConfigureAwait(false);
        var state = await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false);
        return state is { Running: false, ExitCode: not Killed }
            ? null
            : new CrCacheException(
                ErrorCodes.NotStopped,
                $"{_spec.Name} did not stop within {seconds} s of being asked to, so its files cannot be used without its memory.");
    }

    private async Task<ArchivedFileSystem> CleanFilesAsync(string id, VolumeContents volumes, CancellationToken cancellationToken) => new()
    {
        Folder = ArchiveLayout.CleanFolder,
        Volumes = await volumes.SaveAsync(id, job.Area.Member(ArchiveLayout.CleanFolder), cancellationToken).ConfigureAwait(false),
    };
}
