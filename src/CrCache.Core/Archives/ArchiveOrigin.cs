namespace CrCache.Archives;

/// <summary>The machine on which a checkpoint was made: what decides where its memory can be restored.</summary>
public sealed record ArchiveOrigin
{
    /// <summary>The engine's version.</summary>
    public required string Engine { get; init; }

    /// <summary>Operating system and architecture.</summary>
    public required string Platform { get; init; }

    /// <summary>The kernel's version.</summary>
    public required string Kernel { get; init; }

    /// <summary>The version of CRIU, or null where nothing was dumped.</summary>
    public string? Criu { get; init; }

    /// <summary>The version of runc, or null where nothing was dumped.</summary>
    public string? Runc { get; init; }
}
