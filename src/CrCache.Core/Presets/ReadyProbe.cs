namespace CrCache.Presets;

/// <summary>A command that, run in the container, succeeds once the server is ready.</summary>
public sealed record ReadyProbe
{
    /// <summary>The command and its arguments; exit code 0 means ready.</summary>
    public required IReadOnlyList<string> Exec { get; init; }
}
