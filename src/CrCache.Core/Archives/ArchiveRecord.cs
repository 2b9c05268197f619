using CrCache.Specs;

namespace CrCache.Archives;

/// <summary>What CrCache adds to an archive, as <c>crcache/checkpoint.json</c>: what was asked for, and what came of it where it was made.</summary>
public sealed record ArchiveRecord
{
    /// <summary>The format that this version writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Raised when older versions could not use an archive.</summary>
    public required int Format { get; init; }

    /// <summary>The key of <see cref="Spec"/>.</summary>
    public required string Key { get; init; }

    /// <summary>What was asked for. Its name, mode, timeout and connection string are those of the item that it was made for first.</summary>
    public required CheckpointSpec Spec { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Where it was made.</summary>
    public required ArchiveOrigin Origin { get; init; }

    /// <summary>Seconds from creating the container to its being ready, set-up files included.</summary>
    public required double ColdSeconds { get; init; }

    /// <summary>Seconds of the trial restore from memory, from creating the container to its first answer; null without one.</summary>
    public double? MemorySeconds { get; init; }

    /// <summary>Seconds of the trial start from the files; null without one.</summary>
    public double? FilesSeconds { get; init; }

    /// <summary>The frozen file system that belongs to the dump; null where there is no dump.</summary>
    public ArchivedFileSystem? Memory { get; init; }

    /// <summary>The file system of the container stopped in an orderly way; null where there is none.</summary>
    public ArchivedFileSystem? Files { get; init; }

    /// <summary>Why there is no <see cref="Memory"/>, in one line with its code; null where none was wanted.</summary>
    public string? WhyNoMemory { get; init; }

    /// <summary>Why there is no <see cref="Files"/>, in one line with its code; null where none was wanted.</summary>
    public string? WhyNoFiles { get; init; }
}
