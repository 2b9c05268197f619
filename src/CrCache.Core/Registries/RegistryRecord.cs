namespace CrCache.Registries;

/// <summary>What a registry is told of a checkpoint beside its archive. What is null is left out.</summary>
public sealed record RegistryRecord
{
    /// <summary>The checkpoint's key, 64 hexadecimal digits; the image's tag.</summary>
    public required string Key { get; init; }

    /// <summary>The item's name, for instance <c>mysql</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The digest of the uncompressed tar, <c>sha256:…</c>.</summary>
    public required string DiffId { get; init; }

    /// <summary>The operating system as Go names it, for instance <c>linux</c>.</summary>
    public required string Os { get; init; }

    /// <summary>The processor as Go names it, for instance <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>When the checkpoint was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>True where the archive holds CRIU's images of the memory; other tools are told of it only then.</summary>
    public required bool HasMemory { get; init; }

    /// <summary>The image that the container was started from, as the item names it.</summary>
    public string? BaseImage { get; init; }

    /// <summary>That image's id, <c>sha256:…</c>.</summary>
    public string? BaseImageId { get; init; }

    /// <summary>The digest of that image's manifest, <c>sha256:…</c>.</summary>
    public string? BaseImageDigest { get; init; }

    /// <summary>The engine, for instance <c>docker</c>.</summary>
    public string? EngineName { get; init; }

    /// <summary>The engine's version.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>The OCI runtime, for instance <c>runc</c>.</summary>
    public string? RuntimeName { get; init; }

    /// <summary>The OCI runtime's version.</summary>
    public string? RuntimeVersion { get; init; }

    /// <summary>The version of CRIU that dumped the memory.</summary>
    public string? CriuVersion { get; init; }

    /// <summary>The kernel's version.</summary>
    public string? Kernel { get; init; }
}
