namespace CrCache.Leases;

/// <summary>How one checkpoint was brought back.</summary>
public sealed record LeaseReportEntry
{
    /// <summary>The item's name.</summary>
    public required string Name { get; init; }

    /// <summary><c>memory</c>, <c>files</c> or <c>cold</c>.</summary>
    public required string Rung { get; init; }

    /// <summary>Seconds from creating the container to its first answer.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of the cold start that was measured when the checkpoint was made.</summary>
    public required double ColdSeconds { get; init; }

    /// <summary>How the build came by the checkpoint: <c>made</c>, <c>pulled</c> or <c>found</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The whole in one sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Why a slower way served than could be hoped for, or null.</summary>
    public string? Note { get; init; }
}
