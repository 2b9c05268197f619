using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Upkeep;

/// <summary>Removes what processes that were killed left on an engine.</summary>
public static class LeftoverSweeper
{
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
        return owner is null || owner.HasLeft(now - container.Created);
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
                engine,
                container.Image,
                container.Id,
                ContainerLabels.Of(ContainerLabels.ForTrial, "remove"),
                cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            // An engine without the runtime has no dumps.
        }
    }
}
