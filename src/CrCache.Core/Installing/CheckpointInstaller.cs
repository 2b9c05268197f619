using CrCache.Archives;
using CrCache.Criu.Gate;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;

namespace CrCache.Installing;

/// <summary>Brings one unpacked archive to an engine, and tries there each rung of restoring it.</summary>
internal sealed class CheckpointInstaller(IEngine engine, InstalledCheckpoints installed, CheckpointRestorer restorer, CheckpointJob job)
{
    private readonly CheckpointSpec _spec = job.Spec;

    /// <summary>Installs and tries it.</summary>
    /// <param name="record">The archive's record; its files are in the work area.</param>
    /// <param name="provenance">Whether its memory may be restored.</param>
    /// <param name="cancellationToken">Ends the work; nothing stays on the engine.</param>
    /// <exception cref="CrCacheException">The archive is damaged (CRC3008), or the rung that the spec pins does not work here.</exception>
    public async Task<InstalledCheckpoint> InstallAsync(
        ArchiveRecord record, ArchiveProvenance provenance, CancellationToken cancellationToken)
    {
        var checkpoint = InstalledCheckpoint.Begin(record, _spec, job.Engine.Id) with
        {
            TrustedFrom = provenance.TrustedFrom,
            ForeignTo = provenance.ForeignTo,
            WhyNoFiles = record.WhyNoFiles ?? WhyFilesMayLose(),
        };
        if (!record.HasMemory && !record.HasFiles)
        {
            installed.Save(checkpoint);
            return checkpoint;
        }

        var withMemory = record.HasMemory && provenance.WhyNoMemory is null && CrCacheRuntime.IsRegistered(job.Engine);
        var id = await engine.CreateContainerAsync(ContainerPlan.ToInstall(_spec, withMemory), cancellationToken).ConfigureAwait(false);
        var isClean = true;
        try
        {
            var parts = new Parts(record, id, new JoinedLayers(record, job.Area, cancellationToken));
            if (withMemory)
            {
                checkpoint = await InstallMemoryAsync(checkpoint, parts, cancellationToken).ConfigureAwait(false);
            }
            else if (record.HasMemory)
            {
                checkpoint = checkpoint with
                {
                    WhyNoMemory = provenance.WhyNoMemory
                        ?? $"{ErrorCodes.RuntimeNotRegistered}: {CrCacheRuntime.HowToRegister(engine)}",
                };
            }

            if (record.HasFiles && (!checkpoint.HasMemory || FilesAreWanted(record)) && FilesMayServe(checkpoint))
            {
                checkpoint = await InstallFilesAsync(checkpoint, parts, cancellationToken).ConfigureAwait(false);
            }

            installed.Save(checkpoint);
            return checkpoint;
        }
        catch
        {
            isClean = await DiscardAsync(id, withMemory).ConfigureAwait(false);
            throw;
        }
        finally
        {
            // Last of all, and only where no image has stayed: the next command knows by it what else to remove.
            if (isClean)
            {
                await CleanUpAsync(() => engine.RemoveContainerAsync(id, CancellationToken.None)).ConfigureAwait(false);
            }
        }
    }

    private async Task<InstalledCheckpoint> InstallMemoryAsync(
        InstalledCheckpoint checkpoint, Parts parts, CancellationToken cancellationToken)
    {
        try
        {
            // CRIU, which is root there, does what the images say: nothing of them goes there that was not looked at.
            if (DumpGate.Refuse(DumpDirectory, ContainerPlan.LimitsOf(_spec)) is { } reason)
            {
                throw new CrCacheException(ErrorCodes.MemoryRefused, $"{_spec.Name}: the memory is not restored, for {reason}.");
            }

            job.Progress.Report("handing its memory to the engine");
            var memory = await HandOverMemoryAsync(parts, cancellationToken).ConfigureAwait(false);
            job.Progress.Report("trying the restore");
            var trial = await restorer.RestoreMemoryAsync(
                _spec, memory, restorer.VolumesOf(checkpoint), ContainerLabels.ForTrial, cancellationToken).ConfigureAwait(false);
            await VerifyAsync(trial, parts.Record, cancellationToken).ConfigureAwait(false);
            var layer = new FileInfo(await parts.Layers.MemoryAsync().ConfigureAwait(false)).Length;
            var dump = new DirectoryInfo(DumpDirectory).EnumerateFiles().Sum(file => file.Length);
            return checkpoint with
            {
                Memory = memory with { RestoreSeconds = trial.Seconds },
                EngineBytes = checkpoint.EngineBytes + layer + dump,
            };
        }
        catch (CrCacheException e) when (_spec.Mode != Rung.Memory && IsAboutRung(e) && !EngineDisk.IsFull(e))
        {
            await DiscardAsync(parts.Id, withMemory: true).ConfigureAwait(false);
            return checkpoint with { WhyNoMemory = $"{e.Code}: {e.Message}" };
        }
    }

    private async Task<InstalledMemory> HandOverMemoryAsync(Parts parts, CancellationToken cancellationToken)
    {
        // At the same time: each has a processor busy on either side, here and in the engine, in turns.
        var image = CheckpointImageNames.Of(parts.Id);
        var loading = LoadAsync();
        var writing = DumpTransfer.WriteAsync(engine, parts.Id, DumpDirectory, job.Area.Scratch, cancellationToken);
        await Task.WhenAll(loading, writing).ConfigureAwait(false);
        return new InstalledMemory
        {
            Dump = parts.Id,
            Secret = await writing.ConfigureAwait(false),
            ImageName = image,
            ImageId = await loading.ConfigureAwait(false),
            Volumes = await SaveVolumesAsync(parts.Record.Memory!, "memory", cancellationToken).ConfigureAwait(false),
            RestoreSeconds = 0,
        };

        async Task<string> LoadAsync()
        {
            var layer = await parts.Layers.MemoryAsync().ConfigureAwait(false);
            return await AddLayersAsync(_spec.ImageId, [layer], image, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<InstalledCheckpoint> InstallFilesAsync(
        InstalledCheckpoint checkpoint, Parts parts, CancellationToken cancellationToken)
    {
        job.Progress.Report("trying a start from its files");
        var archived = parts.Record.Files!;
        var image = CheckpointImageNames.CleanOf(parts.Id);
        try
        {
            var below = archived.OnTopOfMemory ? checkpoint.Memory : null;
            var layers = await parts.Layers.FilesAsync(withMemory: below is null).ConfigureAwait(false);
            var files = new InstalledFiles
            {
                ImageName = image,
                ImageId = await AddLayersAsync(below?.ImageName ?? _spec.ImageId, layers, image, cancellationToken).ConfigureAwait(false),
                Volumes = await SaveVolumesAsync(archived, "files", cancellationToken).ConfigureAwait(false),
                RestoreSeconds = 0,
            };
            var trial = await restorer.StartFilesAsync(
                _spec, files, restorer.VolumesOf(checkpoint), ContainerLabels.ForTrial, cancellationToken).ConfigureAwait(false);
            await VerifyAsync(trial, parts.Record, cancellationToken).ConfigureAwait(false);
            return checkpoint with
            {
                Files = files with { RestoreSeconds = trial.Seconds },
                EngineBytes = checkpoint.EngineBytes + new FileInfo(layers[^1]).Length,
            };
        }
        catch (CrCacheException e) when (_spec.Mode != Rung.Files && IsAboutRung(e) && !EngineDisk.IsFull(e))
        {
            await RemoveImageAsync(image).ConfigureAwait(false);
            return checkpoint with { WhyNoFiles = $"{e.Code}: {e.Message}" };
        }
    }

    private static bool IsAboutRung(CrCacheException failure) =>
        failure.Code is ErrorCodes.RestoreFailed or ErrorCodes.RuntimeNotWorking or ErrorCodes.StateDiffers or ErrorCodes.MemoryRefused;

    private async Task VerifyAsync(RestoredContainer trial, ArchiveRecord record, CancellationToken cancellationToken)
    {
        try
        {
            var verifier = new StateVerifier(engine, _spec);
            await verifier.CheckAsync(trial.Id, record.Verified, trial.Rung, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await engine.RemoveContainerAsync(trial.Id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private string? WhyFilesMayLose() => _spec is not { Mode: Rung.Auto, MayLose: { } reason } ? null
        : $"{ErrorCodes.FilesMayLose}: {_spec.Name} is not started from its files, which may lack what its set-up files have made: "
            + $"{reason}. Give it a Verify command, whose output is then compared.";

    private bool FilesMayServe(InstalledCheckpoint checkpoint) => _spec.Mode == Rung.Files || checkpoint.WhyNoFiles is null;

    // Somebody waits for an archive that comes from elsewhere: where its memory can be restored, only what was faster there is worth
    // another trial. One that was just made has no measurements yet, and gets all of them.
    private bool FilesAreWanted(ArchiveRecord record) =>
        _spec.Mode == Rung.Files || record.MemorySeconds is null || record.FilesSeconds < record.MemorySeconds;

    private string DumpDirectory => Path.Combine(job.Area.Archive, ArchiveLayout.Dump);

    private Task<string> AddLayersAsync(string below, IReadOnlyList<string> layers, string image, CancellationToken cancellationToken) =>
        engine.AddLayersAsync(below, layers, image, ImageLabels.Of(job.Store, job.Key, job.Engine.Time), cancellationToken);

    private Task<IReadOnlyDictionary<string, string>> SaveVolumesAsync(
        ArchivedFileSystem archived, string rung, CancellationToken cancellationToken)
    {
        var files = archived.Volumes.ToDictionary(volume => volume.Key, volume => job.Area.Member(archived.Folder + volume.Value));
        return installed.SaveVolumesAsync((job.Engine.Id, job.Key), rung, files, cancellationToken);
    }

    // False where an image has stayed. A dump that has is found as one of nobody's.
    private async Task<bool> DiscardAsync(string id, bool withMemory)
    {
        if (withMemory)
        {
            var labels = ContainerLabels.Of(ContainerLabels.ForTrial, _spec.Name);
            await CleanUpAsync(() => CrCacheRuntime.RemoveDumpAsync(engine, _spec.ImageId, id, labels, CancellationToken.None))
                .ConfigureAwait(false);
        }

        return await RemoveImageAsync(CheckpointImageNames.Of(id)).ConfigureAwait(false)
            & await RemoveImageAsync(CheckpointImageNames.CleanOf(id)).ConfigureAwait(false);
    }

    private Task<bool> RemoveImageAsync(string image) => CleanUpAsync(() => engine.RemoveImageAsync(image, CancellationToken.None));

    private Task<bool> CleanUpAsync(Func<Task> remove) => CleanUp.RunAsync(remove, job.Progress);

    // The id is that of the container that the checkpoint is installed through: it names the dump and the images.
    private sealed record Parts(ArchiveRecord Record, string Id, JoinedLayers Layers);
}
