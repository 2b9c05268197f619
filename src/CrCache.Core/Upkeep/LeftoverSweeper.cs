using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Upkeep;

/// <summary>Removes what processes that were killed left on an engine.</summary>
public static class LeftoverSweeper
{
    // An owner on another machine (a shared engine) cannot be asked whether it lives.
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    /// <summary>Removes containers whose owner has ended, and the images and dumps that were being made of them.</summary>
    /// <returns>The names of the removed containers.</returns>
    public static async Task<IReadOnlyList<string>> SweepAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var container in await engine.ListContainersAsync(ContainerLabels.Purpose, cancellationToken).ConfigureAwait(false))
        {
            if (!IsLeftover(container, DateTimeOffset.UtcNow))
            {
                continue;
            }

            await engine.RemoveContainerAsync(container.Id, cancellationToken).ConfigureAwait(false);
            removed.Add(container.Name);
            await RemoveImagesAsync(engine, container, cancellationToken).ConfigureAwait(false);
            if (container.Labels[ContainerLabels.Purpose] == ContainerLabels.ForCheckpoint)
            {
                await RemoveDumpAsync(engine, container, cancellationToken).ConfigureAwait(false);
            }
        }

        return removed;
    }

    internal static bool IsLeftover(ContainerSummary container, DateTimeOffset now)
    {
        var owner = OwnerTag.Parse(container.Labels.GetValueOrDefault(ContainerLabels.Owner, ""));
        return owner is null || owner.HasEnded() || now - container.Created > LongestLife;
    }

    // Those that were being made with it. Tests' containers have none.
    private static async Task RemoveImagesAsync(IEngine engine, ContainerSummary container, CancellationToken cancellationToken)
    {
        if (container.Labels[ContainerLabels.Purpose] != ContainerLabels.ForLease)
        {
            await engine.RemoveImageAsync(CheckpointImageNames.Of(container.Id), cancellationToken).ConfigureAwait(false);
            await engine.RemoveImageAsync(CheckpointImageNames.CleanOf(container.Id), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task RemoveDumpAsync(IEngine engine, ContainerSummary container, CancellationToken cancellationToken)
    {
        try
        {
            await CrCacheRuntime.RemoveDumpAsync(
                engine, container.Image, container.Id, ContainerLabels.Of(ContainerLabels.ForTrial, "remove"), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CrCacheException or ImageMissingException)
        {
            // An engine without the runtime has no dumps.
        }
    }
}
