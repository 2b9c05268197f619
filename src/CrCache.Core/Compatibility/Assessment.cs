namespace CrCache.Compatibility;

/// <summary>What the table says of a component that was found.</summary>
/// <param name="Component">One of <see cref="ComponentNames"/>.</param>
/// <param name="Version">Its version in its own words, or null when it was not found.</param>
/// <param name="Verdict">What is known of that version.</param>
/// <param name="Reason">How that is known.</param>
/// <param name="Advice">What to do, or null.</param>
public sealed record Assessment(string Component, string? Version, Verdict Verdict, string Reason, string? Advice)
{
    /// <summary>One line for people.</summary>
    public override string ToString() =>
        $"{Version ?? "not found"}: {Verdict.ToString().ToLowerInvariant()} ({Reason}){(Advice is null ? "" : $"; {Advice}")}";
}
