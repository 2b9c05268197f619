using System.Diagnostics;

namespace CrCache.Engines.Docker;

/// <summary>Something that an engine is asked for.</summary>
/// <param name="what">What it is to do, as in "refused to …".</param>
/// <param name="limit">How long it may take, while the engine answers pings.</param>
internal sealed class EngineCall(string what, TimeSpan limit)
{
    // Several where the engine itself is busy.
    private const int PingsOfBusy = 3;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>What the engine is to do.</summary>
    public string What => what;

    /// <summary>How long it may take.</summary>
    public TimeSpan Limit => limit;

    /// <summary>What is left of that.</summary>
    public TimeSpan Left => limit == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : limit - _clock.Elapsed;

    /// <summary>How many pings in a row must be unanswered before the engine hangs.</summary>
    public int Pings { get; private init; } = 1;

    /// <summary>A call that takes as long as what is done in a container.</summary>
    public static EngineCall Endless(string what) => new(what, Timeout.InfiniteTimeSpan);

    /// <summary>A call that takes as long as it takes, and keeps the engine busy.</summary>
    public static EngineCall EndlessWork(string what) => new(what, Timeout.InfiniteTimeSpan) { Pings = PingsOfBusy };

    /// <summary>There was a sign of life: the limit counts from now.</summary>
    public void Renew() => _clock.Restart();
}
