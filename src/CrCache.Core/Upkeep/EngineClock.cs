using CrCache.Engines;
using CrCache.Ownership;

namespace CrCache.Upkeep;

/// <summary>
/// The time by the clock of which the times of containers are. It is asked for only where an age decides, for that is a call more.
/// </summary>
internal sealed class EngineClock(IEngine engine)
{
    /// <summary>The engine's time; the earliest of all where nobody needed it, and nothing is old then.</summary>
    public DateTimeOffset Time { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Asks the engine where the owner of one of these cannot be seen from here.</summary>
    public async Task ReadIfNeededAsync(IEnumerable<ContainerSummary> containers, CancellationToken cancellationToken)
    {
        if (containers.Any(container => ContainerLabels.OwnerOf(container.Labels)?.State() == OwnerState.Unknown))
        {
            Time = (await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false)).Time;
        }
    }
}
