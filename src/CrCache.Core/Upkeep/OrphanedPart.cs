namespace CrCache.Upkeep;

/// <summary>An image or a dump on an engine that no record of this store names.</summary>
public sealed record OrphanedPart
{
    /// <summary>The image's name, or the dump's id.</summary>
    public required string Name { get; init; }

    /// <summary>It is a dump.</summary>
    public bool IsDump { get; init; }

    /// <summary>The store that its label names; null where it has none: a dump, or an image of an earlier version.</summary>
    public string? Store { get; init; }

    /// <summary>The user of that store, or null.</summary>
    public string? User { get; init; }

    /// <summary>When it was made, by the engine's clock; null where that is not known.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Bytes that it takes there.</summary>
    public required long Bytes { get; init; }
}
