namespace CrCache.Installed;

/// <summary>What must not be lost of a checkpoint between its dump and its archive.</summary>
public sealed record UnfinishedCheckpoint
{
    /// <summary>The hashes of the lines that the item's own <c>Verify</c> command said after the set-up; null where it has none.</summary>
    public IReadOnlyList<string>? Verified { get; init; }
}
