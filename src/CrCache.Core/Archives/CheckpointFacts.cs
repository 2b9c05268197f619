using System.Text.Json.Serialization;

namespace CrCache.Archives;

/// <summary>What is known of a checkpoint wherever it lies: in an archive or on an engine.</summary>
public abstract record CheckpointFacts
{
    /// <summary>The checkpoint's key.</summary>
    public required string Key { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Seconds from creating the container to its being ready, set-up files included, measured when it was made.</summary>
    public required double ColdSeconds { get; init; }

    /// <summary>Why there is no memory, in one line with its code; null where none was wanted.</summary>
    public string? WhyNoMemory { get; init; }

    /// <summary>
    /// Why there are no files, or none that serve unless they are insisted on, in one line with its code; null where none were wanted.
    /// </summary>
    public string? WhyNoFiles { get; init; }

    /// <summary>Whether it can be restored from memory.</summary>
    [JsonIgnore]
    public abstract bool HasMemory { get; }

    /// <summary>Whether it can be started from its files.</summary>
    [JsonIgnore]
    public abstract bool HasFiles { get; }
}
