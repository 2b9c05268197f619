using System.Collections.Concurrent;
using CrCache.Engines;

namespace CrCache.Tests;

/// <summary>Its volumes that no container has.</summary>
internal sealed partial class MadeUpEngine
{
    private readonly ConcurrentDictionary<string, VolumeSummary> _volumes = [];

    public IEnumerable<string> Volumes => _volumes.Keys;

    public void AddVolume(VolumeSummary volume) => _volumes[volume.Name] = volume;

    public async Task<IReadOnlyList<VolumeSummary>> ListUnusedVolumesAsync(string label, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(ListUnusedVolumesAsync), label, cancellationToken);
        return [.. _volumes.Values.Where(volume => volume.Labels.ContainsKey(label))];
    }

    public async Task RemoveVolumeAsync(string name, CancellationToken cancellationToken)
    {
        await CallAsync(nameof(RemoveVolumeAsync), name, cancellationToken);
        _volumes.TryRemove(name, out _);
    }
}
