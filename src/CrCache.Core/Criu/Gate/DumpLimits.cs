namespace CrCache.Criu.Gate;

/// <summary>What a container may do and see that a dump is restored into: the processes of the dump may not do more.</summary>
internal sealed record DumpLimits
{
    /// <summary>The capabilities that it may have, a bit each, by their numbers in the kernel.</summary>
    public required ulong Capabilities { get; init; }

    /// <summary>Its seccomp profile, as the engine's API wants it; null: it has none.</summary>
    public required string? SeccompProfile { get; init; }

    /// <summary>The directories that volumes are mounted on.</summary>
    public required IReadOnlyCollection<string> Volumes { get; init; }
}
