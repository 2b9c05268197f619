using CrCache.Engines;
using CrCache.Ownership;

namespace CrCache.Upkeep;

/// <summary>
/// The time by the clock of which the times of containers and volumes are. It is asked for only where an age decides: that is a call
/// more.
/// </summary>
internal sealed class EngineClock(IEngine engine)
{
    /// <summary>The engine's time; the earliest of all where nobody needed it, and nothing is old then.</summary>
    public DateTimeOffset Time { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Asks the engine where an owner in the labels of something cannot be seen from here.</summary>
    public async Task ReadIfNeededAsync(IEnumerable<IReadOnlyDictionary<string, string>> labels, CancellationToken cancellationToken)
    {
        if (labels.Any(each => ContainerLabels.OwnerOf(each)?.State() == OwnerState.Unknown))
        {
            Time = (await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false)).Time;
        }
    }
}
