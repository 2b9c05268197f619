using CrCache.Specs;

namespace CrCache.Restoring;

/// <summary>A private copy of a checkpoint, ready to be used.</summary>
public sealed record RestoredContainer
{
    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>What it is a copy of.</summary>
    public required CheckpointSpec Spec { get; init; }

    /// <summary>The way in which it was brought back.</summary>
    public required Rung Rung { get; init; }

    /// <summary>Seconds from creating the container to its first answer.</summary>
    public required double Seconds { get; init; }

    /// <summary>Host port on 127.0.0.1 by the port's name.</summary>
    public required IReadOnlyDictionary<string, int> Ports { get; init; }

    /// <summary>Why a slower way served than could be hoped for, in one line, or null.</summary>
    public string? Note { get; init; }
}
