using System.Diagnostics;
using CrCache.Archives;
using CrCache.Criu;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Files;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Readiness;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Setup;
using CrCache.Specs;
using CrCache.Tar;

namespace CrCache.Making;

/// <summary>
/// Makes a checkpoint from nothing, as an unpacked archive: starts a container, waits until it is ready, runs the set-up files,
/// dumps it; then restores the dump, stops that copy in an orderly way, and takes its files as well.
/// </summary>
internal sealed class CheckpointMaker(IEngine engine, CheckpointRestorer restorer)
{
    // A server that has to be killed leaves files that need recovery.
    private const int LongestStopSeconds = 30;

    /// <summary>Makes it. The containers, images and the dump that this takes are gone afterwards.</summary>
    /// <returns>The record; the files are in the work area.</returns>
    public async Task<ArchiveRecord> MakeAsync(
        CheckpointSpec spec, EngineInfo info, string key, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var record = new ArchiveRecord
        {
            Format = ArchiveRecord.CurrentFormat,
            Key = key,
            Spec = spec,
            Created = DateTimeOffset.UtcNow,
            Origin = new ArchiveOrigin { Engine = info.Version, Platform = info.Platform, Kernel = info.Kernel },
            ColdSeconds = 0,
        };
        progress.Report($"starting {spec.Image}");
        if (!CrCacheRuntime.IsRegistered(info))
        {
            record = record with { WhyNoMemory = $"{ErrorCodes.RuntimeNotRegistered}: {CrCacheRuntime.HowToRegister(engine)}" };
        }
        else if (spec.Mode is Rung.Auto or Rung.Memory)
        {
            try
            {
                return await MakeWithMemoryAsync(record, area, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (CrCacheException e) when (spec.Mode == Rung.Auto && e.Code is ErrorCodes.DumpFailed or ErrorCodes.RestoreFailed or ErrorCodes.RuntimeNotWorking)
            {
                // Where a normal start does not answer either, it is the item that is wrong, and the error says so.
                progress.Report("trying a normal start, because the memory cannot be restored");
                area.Clear();
                record = record with { WhyNoMemory = $"{e.Code}: {e.Message}" };
            }
        }

        return await MakeFilesAsync(record, area, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ArchiveRecord> MakeWithMemoryAsync(ArchiveRecord record, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var spec = record.Spec;
        var clock = Stopwatch.StartNew();
        var id = await engine.CreateContainerAsync(ContainerPlan.ToDump(spec), cancellationToken).ConfigureAwait(false);
        try
        {
            var volumes = await StartAsync(spec, id, progress, cancellationToken).ConfigureAwait(false);
            record = record with { ColdSeconds = clock.Elapsed.TotalSeconds };
            if (spec.Ready.NeedsNetwork)
            {
                await engine.DisconnectContainerAsync(id, cancellationToken).ConfigureAwait(false);
            }

            progress.Report("dumping its memory");
            await CrCacheRuntime.DumpAsync(engine, id, cancellationToken).ConfigureAwait(false);
            var raw = new InstalledMemory
            {
                Dump = id,
                ImageId = await CommitAsync(spec, id, cancellationToken).ConfigureAwait(false),
                ImageName = CheckpointImageNames.Of(id),
                Volumes = await volumes.SaveAsync(id, area.Archive, cancellationToken).ConfigureAwait(false),
                RestoreSeconds = 0,
            };
            await ReadDumpAsync(spec, id, area, progress, cancellationToken).ConfigureAwait(false);
            record = await TakeFilesAsync(record, raw, volumes, area, progress, cancellationToken).ConfigureAwait(false);
            await PodmanMembers.WriteAsync(record, id, area, cancellationToken).ConfigureAwait(false);
            return record with { Origin = await OriginAsync(record.Origin, spec, cancellationToken).ConfigureAwait(false) };
        }
        finally
        {
            await RemoveDumpAsync(spec, id).ConfigureAwait(false);
            await RemoveAsync(id).ConfigureAwait(false);
        }
    }

    // The copy proves that the dump can be restored. It can be stopped; the dumped container is dead.
    private async Task<ArchiveRecord> TakeFilesAsync(
        ArchiveRecord record, InstalledMemory raw, VolumeContents volumes, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("trying the restore");
        var spec = record.Spec;
        var copy = await restorer.RestoreMemoryAsync(
            spec, raw, file => File.OpenRead(Path.Combine(area.Archive, file)), ContainerLabels.ForTrial, cancellationToken).ConfigureAwait(false);
        try
        {
            progress.Report("stopping a copy for its files");
            var memory = new ArchivedFileSystem { Folder = "", Volumes = raw.Volumes };
            if (await StopAsync(spec, copy.Id, cancellationToken).ConfigureAwait(false) is { } reason)
            {
                return record with
                {
                    Memory = (await TakeLayersAsync(spec, [(raw.ImageId, memory)], raw.Dump, area, cancellationToken).ConfigureAwait(false))[0],
                    WhyNoFiles = $"{reason.Code}: {reason.Message}",
                };
            }

            var files = new ArchivedFileSystem
            {
                Folder = ArchiveLayout.CleanFolder,
                OnTopOfMemory = true,
                Volumes = await volumes.SaveAsync(copy.Id, area.Member(ArchiveLayout.CleanFolder), cancellationToken).ConfigureAwait(false),
            };
            var image = await CommitAsync(spec, copy.Id, cancellationToken).ConfigureAwait(false);
            var taken = await TakeLayersAsync(spec, [(raw.ImageId, memory), (image, files)], raw.Dump, area, cancellationToken).ConfigureAwait(false);
            return record with { Memory = taken[0], Files = taken[1] };
        }
        finally
        {
            await RemoveAsync(copy.Id).ConfigureAwait(false);
        }
    }

    private async Task<ArchiveRecord> MakeFilesAsync(ArchiveRecord record, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var spec = record.Spec;
        var clock = Stopwatch.StartNew();
        var id = await engine.CreateContainerAsync(ContainerPlan.Cold(spec, ContainerLabels.ForTrial), cancellationToken).ConfigureAwait(false);
        try
        {
            var volumes = await StartAsync(spec, id, progress, cancellationToken).ConfigureAwait(false);
            await restorer.AnswersAsync(spec, id, cancellationToken).ConfigureAwait(false);
            record = record with { ColdSeconds = clock.Elapsed.TotalSeconds };
            if (spec.Mode == Rung.Cold)
            {
                return record;
            }

            progress.Report("stopping it for its files");
            if (await StopAsync(spec, id, cancellationToken).ConfigureAwait(false) is { } reason)
            {
                return spec.Mode == Rung.Files ? throw reason : record with { WhyNoFiles = $"{reason.Code}: {reason.Message}" };
            }

            var files = new ArchivedFileSystem { Folder = ArchiveLayout.CleanFolder, Volumes = await volumes.SaveAsync(id, area.Member(ArchiveLayout.CleanFolder), cancellationToken).ConfigureAwait(false) };
            var image = await CommitAsync(spec, id, cancellationToken).ConfigureAwait(false);
            return record with { Files = (await TakeLayersAsync(spec, [(image, files)], dumped: null, area, cancellationToken).ConfigureAwait(false))[0] };
        }
        finally
        {
            await RemoveAsync(id).ConfigureAwait(false);
        }
    }

    private async Task<VolumeContents> StartAsync(CheckpointSpec spec, string id, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var volumes = await VolumeContents.BeforeStartAsync(engine, id, spec.Volumes, cancellationToken).ConfigureAwait(false);
        await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
        await new ReadyWaiter(engine).WaitAsync(id, spec, cancellationToken).ConfigureAwait(false);
        await SetupRunner.RunAsync(engine, id, spec, progress, cancellationToken).ConfigureAwait(false);
        return volumes;
    }

    // Null, or why the files are of no use.
    private async Task<CrCacheException?> StopAsync(CheckpointSpec spec, string id, CancellationToken cancellationToken)
    {
        const int Killed = 128 + 9;
        var seconds = Math.Min(LongestStopSeconds, spec.TimeoutSeconds);
        await engine.StopContainerAsync(id, TimeSpan.FromSeconds(seconds), cancellationToken).ConfigureAwait(false);
        var state = await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false);
        return state is { Running: false, ExitCode: not Killed }
            ? null
            : new CrCacheException(
                ErrorCodes.NotStopped, $"{spec.Name} did not stop within {seconds} s of being asked to, so its files cannot be used without its memory.");
    }

    private Task<string> CommitAsync(CheckpointSpec spec, string id, CancellationToken cancellationToken) => engine.CommitAsync(
        id, CheckpointImageNames.Repository, id, ContainerLabels.Of(ContainerLabels.ForCheckpoint, spec.Name), cancellationToken);

    // What each image adds to the one before, the first to the spec's own. The dumped container is that of the first image, and
    // the one whose extended attributes are known.
    private async Task<ArchivedFileSystem[]> TakeLayersAsync(
        CheckpointSpec spec, IReadOnlyList<(string Image, ArchivedFileSystem Files)> taken, string? dumped, WorkArea area, CancellationToken cancellationToken)
    {
        var below = (await LayersOfAsync(spec.ImageId).ConfigureAwait(false)).Count;
        var layers = new List<string?>();
        foreach (var (image, _) in taken)
        {
            var all = await LayersOfAsync(image).ConfigureAwait(false);

            // Engines add none where nothing was changed.
            layers.Add(all.Count > below ? all[^1] : null);
            below = all.Count;
        }

        var paths = layers.OfType<string>().Distinct().ToDictionary(layer => layer, _ => area.NewFile());
        if (paths.Count > 0)
        {
            await engine.ReadLayersAsync(taken[^1].Image, paths, cancellationToken).ConfigureAwait(false);
        }

        var attributes = await PodmanMembers.ReadAttributesAsync(area, cancellationToken).ConfigureAwait(false);
        Func<string, Task<Stream>>? readFile = dumped is null ? null : path => engine.ReadArchiveAsync(dumped, "/" + path, cancellationToken);
        var split = new List<ArchivedFileSystem>();
        foreach (var (layer, (_, files)) in layers.Zip(taken))
        {
            using var content = layer is null ? Stream.Null : File.OpenRead(paths[layer]);
            using var target = PrivateFile.Create(area.Member(files.ChangedFiles));
            var changes = await Layer.SplitAsync(content, target, attributes, readFile, cancellationToken).ConfigureAwait(false);
            readFile = null;
            await DeletedFiles.WriteAsync(area.Member(files.DeletedFiles), changes.Deleted, cancellationToken).ConfigureAwait(false);
            split.Add(files with { Replaced = changes.Replaced.Select(TarPath.ToText).ToArray() });
        }

        return [.. split];

        async Task<IReadOnlyList<string>> LayersOfAsync(string image) =>
            (await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false))?.Layers
            ?? throw new CrCacheException(ErrorCodes.EngineCallFailed, $"{spec.Name}: somebody has removed the image {image} while it was needed.");
    }

    private async Task ReadDumpAsync(
        CheckpointSpec spec, string dump, WorkArea area, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var directory = area.Member(ArchiveLayout.Dump);
        var reader = await engine.CreateContainerAsync(ContainerPlan.ToReadDump(spec), cancellationToken).ConfigureAwait(false);
        try
        {
            await DumpTransfer.ReadAsync(engine, reader, dump, directory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await engine.RemoveContainerAsync(reader, CancellationToken.None).ConfigureAwait(false);
        }

        if (await CompactAsync(directory, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            progress.Report($"its memory is kept as it is: {reason}");
        }
    }

    // Null, or why it is left as it is.
    private static async Task<string?> CompactAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            return (await Task.Run(() => DumpCompactor.Compact(directory, cancellationToken), cancellationToken).ConfigureAwait(false)).WhyUnchanged;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    private async Task<ArchiveOrigin> OriginAsync(ArchiveOrigin origin, CheckpointSpec spec, CancellationToken cancellationToken)
    {
        var versions = await CrCacheRuntime.AskVersionsAsync(
            engine, spec.ImageId, ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name), cancellationToken).ConfigureAwait(false);
        return origin with { Criu = versions?.Criu, Runc = versions?.Runc };
    }

    private Task RemoveDumpAsync(CheckpointSpec spec, string id) => CrCacheRuntime.RemoveDumpAsync(
        engine, spec.ImageId, id, ContainerLabels.Of(ContainerLabels.ForTrial, spec.Name), CancellationToken.None);

    private async Task RemoveAsync(string id)
    {
        await engine.RemoveImageAsync(CheckpointImageNames.Of(id), CancellationToken.None).ConfigureAwait(false);
        await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
    }
}
