using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Files;
using CrCache.Installing;
using CrCache.Ownership;
using CrCache.Tar;

namespace CrCache.Making;

/// <summary>The file systems of containers that have ended on their way into an archive.</summary>
internal sealed class FileSystemCapture(IEngine engine, CheckpointJob job)
{
    /// <summary>Makes an image of a container's file system.</summary>
    /// <returns>The image's id.</returns>
    public Task<string> CommitAsync(string id, CancellationToken cancellationToken) => engine.CommitAsync(
        id,
        CheckpointImageNames.Repository,
        id,
        ImageLabels.Of(job.Store, job.Key, job.Engine.Time),
        cancellationToken);

    /// <summary>Puts into the archive what each image adds to the one before, the first to the spec's own.</summary>
    /// <param name="taken">The images, the lowest first, and what is known of the file system of each.</param>
    /// <param name="dumped">The container of the first image, whose extended attributes are known; null where none was dumped.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<IReadOnlyList<ArchivedFileSystem>> TakeLayersAsync(
        IReadOnlyList<(string Image, ArchivedFileSystem Files)> taken, string? dumped, CancellationToken cancellationToken)
    {
        var layers = await LayersOnTopAsync(taken.Select(part => part.Image), cancellationToken).ConfigureAwait(false);
        var paths = layers.SelectMany(part => part).Distinct().ToDictionary(layer => layer, _ => job.Area.NewFile());
        if (paths.Count > 0)
        {
            await engine.ReadLayersAsync(taken[^1].Image, paths, cancellationToken).ConfigureAwait(false);
        }

        var attributes = await PodmanMembers.ReadAttributesAsync(job.Area, cancellationToken).ConfigureAwait(false);
        Func<string, Task<Stream>>? readFile = dumped is null
            ? null
            : path => engine.ReadArchiveAsync(dumped, "/" + path, cancellationToken);
        var split = new List<ArchivedFileSystem>();
        foreach (var (part, (_, files)) in layers.Zip(taken))
        {
            using var content = await OpenAsync(part.Select(layer => paths[layer]).ToArray(), cancellationToken).ConfigureAwait(false);
            using var target = PrivateFile.Create(job.Area.Member(files.ChangedFiles));
            var changes = await Layer.SplitAsync(content, target, attributes, readFile, cancellationToken).ConfigureAwait(false);
            readFile = null;
            await DeletedFiles.WriteAsync(job.Area.Member(files.DeletedFiles), changes.Deleted, cancellationToken).ConfigureAwait(false);
            split.Add(files with { Replaced = changes.Replaced.Select(TarPath.ToText).ToArray() });
        }

        return split;
    }

    // What all of them change, the lowest first.
    private async Task<Stream> OpenAsync(string[] layers, CancellationToken cancellationToken)
    {
        if (layers.Length <= 1)
        {
            return layers.Length == 0 ? Stream.Null : File.OpenRead(layers[0]);
        }

        var path = job.Area.NewFile();
        using (var merged = PrivateFile.Create(path))
        {
            await LayerMerge.MergeAsync(layers, merged, cancellationToken).ConfigureAwait(false);
        }

        return File.OpenRead(path);
    }

    // The layers that each image has on top of the one before: one for each step that it was made in, or none where nothing was changed.
    private async Task<IReadOnlyList<IReadOnlyList<string>>> LayersOnTopAsync(
        IEnumerable<string> images, CancellationToken cancellationToken)
    {
        var below = (await LayersOfAsync(job.Spec.ImageId, cancellationToken).ConfigureAwait(false)).Count;
        var layers = new List<IReadOnlyList<string>>();
        foreach (var image in images)
        {
            var all = await LayersOfAsync(image, cancellationToken).ConfigureAwait(false);
            layers.Add(all.Skip(below).ToArray());
            below = all.Count;
        }

        return layers;
    }

    private async Task<IReadOnlyList<string>> LayersOfAsync(string image, CancellationToken cancellationToken) =>
        (await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false))?.Layers
        ?? throw new CrCacheException(
            ErrorCodes.EngineCallFailed, $"{job.Spec.Name}: somebody has removed the image {image} while it was needed.");
}
