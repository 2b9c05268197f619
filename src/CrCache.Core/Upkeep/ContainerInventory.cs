using CrCache.Engines;
using CrCache.Ownership;

namespace CrCache.Upkeep;

/// <summary>Lists the containers of CrCache on an engine, those of other users' processes included.</summary>
public static class ContainerInventory
{
    /// <summary>The containers, the oldest first.</summary>
    public static async Task<IReadOnlyList<OwnedContainer>> ListAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var containers = await engine.ListContainersAsync(ContainerLabels.Purpose, cancellationToken).ConfigureAwait(false);
        var clock = new EngineClock(engine);
        await clock.ReadIfNeededAsync(containers, cancellationToken).ConfigureAwait(false);
        return containers.Select(container => Describe(container, clock.Time)).OfType<OwnedContainer>()
            .OrderBy(container => container.Created).ToArray();
    }

    /// <summary>Who removes a container, for people.</summary>
    public static string OwnerOf(ContainerSummary container) => Describe(container, DateTimeOffset.MinValue)?.Owner ?? "somebody else";

    // Null for one that is not ours: somebody's own, that has our labels from its image.
    private static OwnedContainer? Describe(ContainerSummary container, DateTimeOffset now)
    {
        if (ContainerLabels.OwnerOf(container.Labels) is not { } owner)
        {
            return null;
        }

        return new OwnedContainer
        {
            Id = container.Id,
            Name = container.Name,
            Image = container.Image,
            Item = container.Labels.GetValueOrDefault(ContainerLabels.Item, ""),
            Purpose = container.Labels[ContainerLabels.Purpose],
            OwnerProcess = owner.ProcessId,
            OwnerMachine = owner.Machine,
            OwnerEnded = LeftoverSweeper.IsLeftover(container, now),
            Created = container.Created,
        };
    }
}
