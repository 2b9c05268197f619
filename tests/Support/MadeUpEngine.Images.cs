using CrCache.Engines;
using CrCache.Runtimes;

namespace CrCache.Tests;

/// <summary>What it is, and its images.</summary>
internal sealed partial class MadeUpEngine
{
    public async Task<EngineInfo> GetInfoAsync(CancellationToken cancellationToken)
    {
        await CallAsync(nameof(GetInfoAsync), "", cancellationToken);
        return new EngineInfo
        {
            Id = EngineId,
            Machine = Machine,
            Version = "28.5.2",
            ApiVersion = "1.51",
            Platform = "linux/x86_64",
            Kernel = "6.18.0",
            Time = DateTimeOffset.UtcNow + ClockAhead,
            Runtimes = HasRuntime ? ["runc", CrCacheRuntime.Name] : ["runc"],
        };
    }

    public async Task<IReadOnlyDictionary<string, string>> GetComponentsAsync(CancellationToken cancellationToken)
    {
        await CallAsync(nameof(GetComponentsAsync), "", cancellationToken);
        return new Dictionary<string, string> { ["Engine"] = "28.5.2" };
    }

    public async Task<EngineImage?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(FindImageAsync), reference, cancellationToken);
        return _images.GetValueOrDefault(reference);
    }

    public async Task PullImageAsync(string reference, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(PullImageAsync), reference, cancellationToken);
        AddImage(reference, ["sha256:layer"]);
    }

    public async Task<string> BuildImageAsync(
        string dockerfile, string tag, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(BuildImageAsync), tag, cancellationToken);
        AddImage(tag, ["sha256:layer"]);
        return tag;
    }

    public async Task<IReadOnlyList<ImageSummary>> ListImagesAsync(string repository, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ListImagesAsync), repository, cancellationToken);
        return [.. _images.Keys.Where(name => name.StartsWith(repository + ":", StringComparison.Ordinal)).Select(name =>
            new ImageSummary(name, ImageBytes, _labels.GetValueOrDefault(name, new Dictionary<string, string>())))];
    }

    /// <summary>Those that are known by their ids alone.</summary>
    public async Task<IReadOnlyList<ImageSummary>> ListUntaggedImagesAsync(string label, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ListUntaggedImagesAsync), label, cancellationToken);
        return [.. _labels.Where(image => image.Key.StartsWith("sha256:", StringComparison.Ordinal) && image.Value.ContainsKey(label))
            .Where(image => _images.ContainsKey(image.Key))
            .Select(image => new ImageSummary(image.Key, ImageBytes, image.Value))];
    }

    public async Task<string> ImportImageAsync(
        Stream rootFileSystem, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ImportImageAsync), name, cancellationToken);
        AddImage(name, ["sha256:imported"], labels);
        return name;
    }

    public async Task RemoveImageAsync(string reference, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(RemoveImageAsync), reference, cancellationToken);
        _images.TryRemove(reference, out _);
    }

    public async Task<string> CommitAsync(
        string containerId, string repository, string tag, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(CommitAsync), containerId, cancellationToken);
        AddImage($"{repository}:{tag}", _images[BaseImage].Layers, labels); // nothing was changed
        return $"{repository}:{tag}";
    }

    public Task ReadLayersAsync(string image, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken) =>
        CallAsync(nameof(ReadLayersAsync), image, cancellationToken);

    public async Task<string> AddLayersAsync(
        string image,
        IReadOnlyList<string> layers,
        string name,
        IReadOnlyDictionary<string, string> labels,
        CancellationToken cancellationToken)
    {
        await CallAsync(nameof(AddLayersAsync), name, cancellationToken);
        AddImage(name, [.. _images[image].Layers, .. layers], labels);
        return name;
    }
}
