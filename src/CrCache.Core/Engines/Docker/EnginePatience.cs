namespace CrCache.Engines.Docker;

/// <summary>How long an engine may take. A call of a kind that has no limit here (pull, build, wait) ends when the engine hangs.</summary>
internal sealed record EnginePatience
{
    /// <summary>What holds for users: an engine that hangs is an error within 10 s.</summary>
    public static EnginePatience Usual { get; } = new();

    /// <summary>An answer that has not come after this may never come: the engine is pinged beside the call.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For the answer to a ping, which an engine gives in a millisecond; without one it hangs.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>As <see cref="Pause"/>, when the user has asked the process to end: it does within 2 s.</summary>
    public TimeSpan LastPause { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>As <see cref="Ping"/>, when the user has asked the process to end.</summary>
    public TimeSpan LastPing { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For all that is removed when the user has asked the process to end, while the engine answers pings.</summary>
    public TimeSpan Ending { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After it was found to hang, an engine is not asked again for this time: each call would wait as long.</summary>
    public TimeSpan Verdict { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For what it has in its memory: lists and descriptions.</summary>
    public TimeSpan Question { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>For what it does with a container: creating, starting, removing.</summary>
    public TimeSpan Work { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For what grows with bytes: dumps, layers. Streams may take it after each piece.</summary>
    public TimeSpan LongWork { get; init; } = TimeSpan.FromMinutes(10);
}
