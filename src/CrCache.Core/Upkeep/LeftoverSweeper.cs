using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Upkeep;

/// <summary>
/// Removes containers of processes that were killed, and what was being made with them. The container goes last, and only where its
/// images are gone: whoever is killed here, or meets a full disk, leaves it to the next one, who knows by it what there is to do.
/// </summary>
public static class LeftoverSweeper
{
    /// <summary>Removes containers whose owner has ended, and the images and dumps that were being made of them.</summary>
    /// <returns>The names of the removed containers.</returns>
    /// <exception cref="CrCacheException">The engine does not answer (CRC1001); what it refuses is left to the next sweep.</exception>
    public static async Task<IReadOnlyList<string>> SweepAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        var containers = await engine.ListContainersAsync(ContainerLabels.Purpose, cancellationToken).ConfigureAwait(false);
        var now = new EngineClock(engine);
        await now.ReadIfNeededAsync(containers, cancellationToken).ConfigureAwait(false);

        // Those that were being dumped last: copies of theirs have their images in use.
        foreach (var container in containers.OrderBy(IsForCheckpoint))
        {
            if (IsLeftover(container, now.Time) && await RemoveAsync(engine, container, cancellationToken).ConfigureAwait(false))
            {
                removed.Add(container.Name);
            }
        }

        return removed;
    }

    /// <summary>Whether a container is nobody's any more. One without an owner that can be read is not ours.</summary>
    /// <param name="container">The container.</param>
    /// <param name="now">The time by the engine's clock.</param>
    internal static bool IsLeftover(ContainerSummary container, DateTimeOffset now) =>
        ContainerLabels.OwnerOf(container.Labels)?.HasLeft(() => now - container.Created) == true;

    private static bool IsForCheckpoint(ContainerSummary container) =>
        container.Labels[ContainerLabels.Purpose] == ContainerLabels.ForCheckpoint;

    private static async Task<bool> RemoveAsync(IEngine engine, ContainerSummary container, CancellationToken cancellationToken)
    {
        const int Kill = 9;
        var isClean = true;
        if (container.Labels[ContainerLabels.Purpose] != ContainerLabels.ForLease)
        {
            // It must not go on making what is removed here. One that does not run cannot be killed.
            await TryAsync(() => engine.SignalContainerAsync(container.Id, Kill, cancellationToken)).ConfigureAwait(false);
            isClean &= await TryAsync(() => engine.RemoveImageAsync(CheckpointImageNames.Of(container.Id), cancellationToken))
                .ConfigureAwait(false);
            isClean &= await TryAsync(() => engine.RemoveImageAsync(CheckpointImageNames.CleanOf(container.Id), cancellationToken))
                .ConfigureAwait(false);
        }

        if (IsForCheckpoint(container))
        {
            // A runtime that cannot do it now lists the dump later, and then it is found as one of nobody's.
            await TryAsync(() => RemoveDumpAsync(engine, container, cancellationToken)).ConfigureAwait(false);
        }

        return isClean
            && await TryAsync(() => engine.RemoveContainerAsync(container.Id, cancellationToken)).ConfigureAwait(false);
    }

    // An engine without the runtime has no dumps.
    private static Task<bool> RemoveDumpAsync(IEngine engine, ContainerSummary container, CancellationToken cancellationToken) =>
        CrCacheRuntime.RemoveDumpAsync(
            engine, container.Image, container.Id, ContainerLabels.Of(ContainerLabels.ForTrial, "remove"), cancellationToken);

    private static async Task<bool> TryAsync(Func<Task> remove)
    {
        try
        {
            await remove().ConfigureAwait(false);
            return true;
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            return false;
        }
    }
}
