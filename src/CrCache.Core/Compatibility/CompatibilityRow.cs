using NuGet.Versioning;

namespace CrCache.Compatibility;

/// <summary>A row of the table: what is known of a range of versions. The shape of compatibility.json.</summary>
public sealed record CompatibilityRow
{
    /// <summary>One of <see cref="ComponentNames"/>.</summary>
    public required string Component { get; init; }

    /// <summary>The versions, in NuGet's notation: <c>[4.2, 5)</c> is 4.2 and all before 5.</summary>
    public required string Range { get; init; }

    /// <summary>The kernels for which the row holds, in the same notation, or null for all.</summary>
    public string? Kernel { get; init; }

    /// <summary>What is known.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>How it is known, or why it fails.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do about it, or null.</summary>
    public string? Advice { get; init; }

    internal bool Holds(string component, NuGetVersion version, NuGetVersion? kernel) =>
        Component == component
        && VersionRange.Parse(Range).Satisfies(version)
        && (Kernel is null || (kernel is not null && VersionRange.Parse(Kernel).Satisfies(kernel)));
}
