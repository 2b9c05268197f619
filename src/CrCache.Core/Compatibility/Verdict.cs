namespace CrCache.Compatibility;

/// <summary>What is known of a version.</summary>
public enum Verdict
{
    /// <summary>Nobody has tried it.</summary>
    Untested,

    /// <summary>The tests pass with it.</summary>
    Works,

    /// <summary>It is known not to work.</summary>
    Fails,
}
