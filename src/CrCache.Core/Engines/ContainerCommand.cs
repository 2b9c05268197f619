namespace CrCache.Engines;

/// <summary>A command that is run in a container.</summary>
/// <param name="Words">The program and its arguments.</param>
public sealed record ContainerCommand(IReadOnlyList<string> Words)
{
    /// <summary>The directory that it starts in, or null for the container's own.</summary>
    public string? Directory { get; init; }

    /// <summary>The user that it is run as, a name or a number; null for the container's own.</summary>
    public string? User { get; init; }
}
