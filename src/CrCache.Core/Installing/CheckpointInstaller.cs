using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Ownership;
using CrCache.Presets;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Specs;

namespace CrCache.Installing;

/// <summary>Brings an unpacked archive to an engine, and tries there each way of restoring it.</summary>
internal sealed class CheckpointInstaller(IEngine engine, InstalledCheckpoints store, CheckpointRestorer restorer)
{
    /// <summary>Installs and tries it.</summary>
    /// <param name="spec">What is wanted, with the image as this engine has it.</param>
    /// <param name="info">The engine.</param>
    /// <param name="record">The archive's record.</param>
    /// <param name="area">The unpacked archive.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellationToken">Ends the work; nothing stays on the engine.</param>
    /// <exception cref="CrCacheException">The archive is damaged (CRC3008), or the way that the spec pins does not work here.</exception>
    public async Task<InstalledCheckpoint> InstallAsync(
        CheckpointSpec spec, EngineInfo info, ArchiveRecord record, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var stored = new InstalledCheckpoint
        {
            Key = record.Key,
            EngineId = info.Id,
            Name = spec.Name,
            Preset = spec.Preset,
            Image = spec.Image,
            Parts = ShownParts.Of(spec),
            Created = record.Created,
            ColdSeconds = record.ColdSeconds,
            WhyNoMemory = record.WhyNoMemory,
            WhyNoFiles = record.WhyNoFiles,
        };
        if (record.Memory is null && record.Files is null)
        {
            store.Save(stored);
            return stored;
        }

        var withMemory = record.Memory is not null && CrCacheRuntime.IsRegistered(info);
        var id = await engine.CreateContainerAsync(ContainerPlan.ToInstall(spec, withMemory), cancellationToken).ConfigureAwait(false);
        try
        {
            var layers = new JoinedLayers(record, area, cancellationToken);
            stored = withMemory
                ? await InstallMemoryAsync(spec, record, stored, id, layers, area, progress, cancellationToken).ConfigureAwait(false)
                : stored with { WhyNoMemory = stored.WhyNoMemory ?? (record.Memory is null ? null : $"{ErrorCodes.RuntimeNotRegistered}: {CrCacheRuntime.HowToRegister(engine)}") };
            stored = stored.Memory is null || FilesAreWanted(spec, record)
                ? await InstallFilesAsync(spec, record, stored, id, layers, area, progress, cancellationToken).ConfigureAwait(false)
                : stored;
            store.Save(stored);
            return stored;
        }
        catch
        {
            await DiscardAsync(spec, id, withMemory).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<InstalledCheckpoint> InstallMemoryAsync(
        CheckpointSpec spec,
        ArchiveRecord record,
        InstalledCheckpoint stored,
        string id,
        JoinedLayers layers,
        WorkArea area,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        progress.Report("handing its memory to the engine");
        try
        {
            // At the same time: each has a processor busy on either side, here and in the engine, in turns.
            var image = CheckpointImageNames.Of(id);
            var loading = AddMemoryImageAsync();
            await Task.WhenAll(
                loading,
                DumpTransfer.WriteAsync(engine, id, Path.Combine(area.Archive, ArchiveLayout.Dump), area.Scratch, cancellationToken)).ConfigureAwait(false);
            var memory = new InstalledMemory
            {
                Dump = id,
                ImageName = image,
                ImageId = await loading.ConfigureAwait(false),
                Volumes = await SaveVolumesAsync(stored, record.Memory!, "memory", area, cancellationToken).ConfigureAwait(false),
                RestoreSeconds = 0,
            };
            progress.Report("trying the restore");
            var trial = await restorer.RestoreMemoryAsync(spec, memory, restorer.VolumesOf(stored), ContainerLabels.ForTrial, cancellationToken).ConfigureAwait(false);
            await engine.RemoveContainerAsync(trial.Id, cancellationToken).ConfigureAwait(false);
            return stored with
            {
                Memory = memory with { RestoreSeconds = trial.Seconds },
                EngineBytes = stored.EngineBytes + new FileInfo(await layers.MemoryAsync().ConfigureAwait(false)).Length
                    + new DirectoryInfo(Path.Combine(area.Archive, ArchiveLayout.Dump)).EnumerateFiles().Sum(file => file.Length),
            };

            async Task<string> AddMemoryImageAsync() =>
                await AddLayersAsync(spec.ImageId, [await layers.MemoryAsync().ConfigureAwait(false)], image, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (spec.Mode != Rung.Memory && e.Code is ErrorCodes.RestoreFailed or ErrorCodes.RuntimeNotWorking)
        {
            await DiscardAsync(spec, id, withMemory: true).ConfigureAwait(false);
            return stored with { WhyNoMemory = $"{e.Code}: {e.Message}" };
        }
    }

    private async Task<InstalledCheckpoint> InstallFilesAsync(
        CheckpointSpec spec,
        ArchiveRecord record,
        InstalledCheckpoint stored,
        string id,
        JoinedLayers layers,
        WorkArea area,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        if (record.Files is not { } archived)
        {
            return stored;
        }

        progress.Report("trying a start from its files");
        var image = CheckpointImageNames.CleanOf(id);
        try
        {
            var onTop = archived.OnTopOfMemory ? stored.Memory : null;
            var files = new InstalledFiles
            {
                ImageName = image,
                ImageId = await AddLayersAsync(
                    onTop?.ImageName ?? spec.ImageId, await layers.FilesAsync(withMemory: onTop is null).ConfigureAwait(false), image, cancellationToken).ConfigureAwait(false),
                Volumes = await SaveVolumesAsync(stored, archived, "files", area, cancellationToken).ConfigureAwait(false),
                RestoreSeconds = 0,
            };
            var trial = await restorer.StartFilesAsync(spec, files, restorer.VolumesOf(stored), ContainerLabels.ForTrial, note: null, cancellationToken).ConfigureAwait(false);
            await engine.RemoveContainerAsync(trial.Id, cancellationToken).ConfigureAwait(false);
            return stored with { Files = files with { RestoreSeconds = trial.Seconds }, EngineBytes = stored.EngineBytes + new FileInfo((await layers.FilesAsync(withMemory: false).ConfigureAwait(false))[0]).Length };
        }
        catch (CrCacheException e) when (spec.Mode != Rung.Files && e.Code == ErrorCodes.RestoreFailed)
        {
            await engine.RemoveImageAsync(image, CancellationToken.None).ConfigureAwait(false);
            return stored with { WhyNoFiles = $"{e.Code}: {e.Message}" };
        }
    }

    // Somebody waits for an archive that comes from elsewhere: where its memory can be restored, only what was faster there is worth
    // another trial. One that was just made has no measurements yet, and gets all of them.
    private static bool FilesAreWanted(CheckpointSpec spec, ArchiveRecord record) =>
        spec.Mode == Rung.Files || record.MemorySeconds is null || record.FilesSeconds < record.MemorySeconds;

    private Task<string> AddLayersAsync(string below, IReadOnlyList<string> layers, string image, CancellationToken cancellationToken) =>
        engine.AddLayersAsync(below, layers, image, new Dictionary<string, string> { [ContainerLabels.Purpose] = ContainerLabels.ForCheckpoint }, cancellationToken);

    private async Task<IReadOnlyDictionary<string, string>> SaveVolumesAsync(
        InstalledCheckpoint stored, ArchivedFileSystem archived, string rung, WorkArea area, CancellationToken cancellationToken)
    {
        var saved = new Dictionary<string, string>();
        foreach (var (directory, member) in archived.Volumes)
        {
            var file = $"{rung}-{Path.GetFileName(member)}";
            using var content = File.OpenRead(area.Member(archived.Folder + member));
            await store.SaveFileAsync(stored.EngineId, stored.Key, file, content, cancellationToken).ConfigureAwait(false);
            saved[directory] = file;
        }

        return saved;
    }

    private async Task DiscardAsync(CheckpointSpec spec, string id, bool withMemory)
    {
        if (withMemory)
        {
            await CrCacheRuntime.RemoveDumpAsync(
                engine, spec.ImageId, id, ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name), CancellationToken.None).ConfigureAwait(false);
        }

        await engine.RemoveImageAsync(CheckpointImageNames.Of(id), CancellationToken.None).ConfigureAwait(false);
        await engine.RemoveImageAsync(CheckpointImageNames.CleanOf(id), CancellationToken.None).ConfigureAwait(false);
    }
}
