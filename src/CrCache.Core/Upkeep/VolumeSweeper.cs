using CrCache.Engines;
using CrCache.Ownership;

namespace CrCache.Upkeep;

/// <summary>
/// Removes volumes that containers of processes that have ended had. An engine removes a container's volumes with it, but not where it was
/// started anew meanwhile, or ended halfway.
/// </summary>
public static class VolumeSweeper
{
    /// <summary>Removes those that no container has any more and whose owner has ended.</summary>
    /// <exception cref="Diagnostics.CrCacheException">
    /// The engine does not answer (CRC1001); what it refuses is left to the next sweep.
    /// </exception>
    public static async Task SweepAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var volumes = await engine.ListUnusedVolumesAsync(ContainerLabels.Owner, cancellationToken).ConfigureAwait(false);
        var now = new EngineClock(engine);
        await now.ReadIfNeededAsync(volumes.Select(volume => volume.Labels), cancellationToken).ConfigureAwait(false);
        foreach (var volume in volumes)
        {
            if (ContainerLabels.OwnerOf(volume.Labels)?.HasLeft(() => now.Time - volume.Created) == true)
            {
                await CleanUp.RunAsync(() => engine.RemoveVolumeAsync(volume.Name, cancellationToken)).ConfigureAwait(false);
            }
        }
    }
}
