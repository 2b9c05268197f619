namespace CrCache.TestAdapter;

/// <summary>How long a test host waits for its containers.</summary>
internal sealed class LeaseTimeouts
{
    /// <summary>What holds for users.</summary>
    public static LeaseTimeouts Usual { get; } = new();

    /// <summary>For a lease that runs to open its pipe.</summary>
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For the containers: a cold start of something big on a busy machine, with its image there, ends well within this.</summary>
    public TimeSpan Ready { get; set; } = TimeSpan.FromMinutes(10);
}
