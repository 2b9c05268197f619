namespace CrCache.Installing;

/// <summary>Whether an archive's memory may be restored, and what is noted of it. All null where it is authentic.</summary>
internal sealed record ArchiveProvenance
{
    /// <summary>Why it may not, in one line with its code.</summary>
    public string? WhyNoMemory { get; init; }

    /// <inheritdoc cref="Installed.InstalledCheckpoint.ForeignTo"/>
    public string? ForeignTo { get; init; }

    /// <inheritdoc cref="Installed.InstalledCheckpoint.TrustedFrom"/>
    public string? TrustedFrom { get; init; }
}
