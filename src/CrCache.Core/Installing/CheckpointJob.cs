using CrCache.Archives;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Installing;

/// <summary>The work on one checkpoint, from an item to what an engine has of it.</summary>
internal sealed record CheckpointJob
{
    /// <summary>What is wanted, with the image as this engine has it.</summary>
    public required CheckpointSpec Spec { get; init; }

    /// <summary>The key of <see cref="Spec"/>.</summary>
    public required string Key { get; init; }

    /// <summary>The id of the store whose record it gets.</summary>
    public required string Store { get; init; }

    /// <summary>The engine that is to have it.</summary>
    public required EngineInfo Engine { get; init; }

    /// <summary>Where it is put together or taken apart.</summary>
    public required WorkArea Area { get; init; }

    /// <summary>Told what is done.</summary>
    public required IProgress<string> Progress { get; init; }
}
