namespace CrCache.Engines;

/// <summary>A container to be created.</summary>
public sealed record ContainerDefinition
{
    /// <summary>The only address that ports are published on: nobody but this machine reaches a test's container.</summary>
    public const string PublishedHost = "127.0.0.1";

    /// <summary>The container's name on the engine.</summary>
    public required string Name { get; init; }

    /// <summary>An image's name or id.</summary>
    public required string Image { get; init; }

    /// <summary>The labels; every container of CrCache carries <c>crcache</c>.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Arguments instead of the image's own, or null.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Variables in addition to the image's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The container's host name, or null for one that the engine makes up.</summary>
    public string? Hostname { get; init; }

    /// <summary>The OCI runtime's name, or null for the engine's default.</summary>
    public string? Runtime { get; init; }

    /// <summary>A seccomp profile as JSON text, or null for the engine's default.</summary>
    public string? SeccompProfile { get; init; }

    /// <summary>Directories of the engine's machine by directory in the container, or null.</summary>
    public IReadOnlyDictionary<string, string>? Mounts { get; init; }

    /// <summary>
    /// Directories in the container that are volumes of its own, which go with it: those of its image, so that they carry its labels too.
    /// </summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>False: the container sees only its own loopback.</summary>
    public bool Network { get; init; } = true;

    /// <summary>TCP ports to publish on <see cref="PublishedHost"/>, each on a port that the engine chooses.</summary>
    public IReadOnlyList<int> PublishedPorts { get; init; } = [];
}
