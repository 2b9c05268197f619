namespace CrCache.Engines;

/// <summary>What an engine says of itself.</summary>
public sealed record EngineInfo
{
    /// <summary>A string that stays the same for this engine's installation.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the machine that it runs on, as that calls itself.</summary>
    public required string Machine { get; init; }

    /// <summary>The engine's version, for instance <c>28.5.2</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The version of the API that is spoken with it.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Operating system and architecture, for instance <c>linux/x86_64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The time by the engine's own clock, by which it also says when containers and images were made.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The kernel's version.</summary>
    public required string Kernel { get; init; }

    /// <summary>The names of the OCI runtimes that containers can be started with.</summary>
    public required IReadOnlyCollection<string> Runtimes { get; init; }
}
