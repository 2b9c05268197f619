namespace CrCache.Engines;

/// <summary>An image on an engine.</summary>
public sealed record EngineImage
{
    /// <summary>The engine's own digest of it, <c>sha256:…</c>; stores of different kinds have different ones for the same image.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of what a container sees of it, layers and configuration: the same on all engines.</summary>
    public required string ContentDigest { get; init; }

    /// <summary>Operating system and architecture, for instance <c>linux/amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The digests of its uncompressed layers, the lowest first.</summary>
    public required IReadOnlyList<string> Layers { get; init; }

    /// <summary>The directories that the image declares as volumes.</summary>
    public required IReadOnlyList<string> Volumes { get; init; }

    /// <summary>The TCP ports that the image declares.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>The command of the image's HEALTHCHECK, or null.</summary>
    public IReadOnlyList<string>? HealthCommand { get; init; }
}
