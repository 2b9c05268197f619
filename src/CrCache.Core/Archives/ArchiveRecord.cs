using System.Text.Json.Serialization;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Archives;

/// <summary>
/// What CrCache adds to an archive, as <c>crcache/checkpoint.json</c>: what was asked for, and what came of it where it was made.
/// </summary>
public sealed record ArchiveRecord : CheckpointFacts
{
    /// <summary>The format that this version writes.</summary>
    public const int CurrentFormat = 2;

    /// <summary>Raised when older versions could not use an archive.</summary>
    public required int Format { get; init; }

    /// <summary>
    /// What was asked for, which has the key. Its name, mode, timeout and connection string are those of the item that it was made for
    /// first.
    /// </summary>
    public required CheckpointSpec Spec { get; init; }

    /// <summary>Where it was made.</summary>
    public required ArchiveOrigin Origin { get; init; }

    /// <summary>The hashes of the lines that the spec's <c>Verify</c> command said after the set-up; null where it said nothing.</summary>
    public IReadOnlyList<string>? Verified { get; init; }

    /// <summary>Seconds of the trial restore from memory, from creating the container to its first answer; null without one.</summary>
    public double? MemorySeconds { get; init; }

    /// <summary>Seconds of the trial start from the files; null without one.</summary>
    public double? FilesSeconds { get; init; }

    /// <summary>The frozen file system that belongs to the dump; null where there is no dump.</summary>
    public ArchivedFileSystem? Memory { get; init; }

    /// <summary>The file system of the container stopped in an orderly way; null where there is none.</summary>
    public ArchivedFileSystem? Files { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public override bool HasMemory => Memory is not null;

    /// <inheritdoc />
    [JsonIgnore]
    public override bool HasFiles => Files is not null;

    /// <summary>One that has nothing yet.</summary>
    internal static ArchiveRecord Begin(CheckpointSpec spec, string key, EngineInfo engine) => new()
    {
        Format = CurrentFormat,
        Key = key,
        Spec = spec,
        Created = DateTimeOffset.UtcNow,
        Origin = new ArchiveOrigin { Engine = engine.Version, Platform = engine.Platform, Kernel = engine.Kernel },
        ColdSeconds = 0,
    };
}
