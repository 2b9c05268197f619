namespace CrCache.Criu;

/// <summary>What <see cref="DumpCompactor"/> did with a dump.</summary>
internal sealed record CompactionResult
{
    /// <summary>Pages whose bytes were in the dump; 0 where it was left as it is.</summary>
    public required long Pages { get; init; }

    /// <summary>How many of them are not any more, because they were all zero and need not be stored.</summary>
    public required long DroppedPages { get; init; }

    /// <summary>The size of all files of the dump before.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>The same afterwards.</summary>
    public required long BytesAfter { get; init; }

    /// <summary>What there is in the dump that this version does not understand, in one line; then nothing was changed.</summary>
    public string? WhyUnchanged { get; init; }
}
