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
        return containers.Select(Describe).OrderBy(container => container.Created).ToArray();
    }

    private static OwnedContainer Describe(ContainerSummary container)
    {
        var owner = OwnerTag.Parse(container.Labels.GetValueOrDefault(ContainerLabels.Owner, ""));
        return new OwnedContainer
        {
            Id = container.Id,
            Name = container.Name,
            Image = container.Image,
            Item = container.Labels.GetValueOrDefault(ContainerLabels.Item, ""),
            Purpose = container.Labels[ContainerLabels.Purpose],
            OwnerProcess = owner?.ProcessId,
            OwnerMachine = owner?.Machine,
            OwnerEnded = LeftoverSweeper.IsLeftover(container, DateTimeOffset.UtcNow),
            Created = container.Created,
        };
    }
}
