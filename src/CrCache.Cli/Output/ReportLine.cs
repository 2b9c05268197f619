namespace CrCache.Cli.Output;

/// <summary>What is being done, was done or failed (docs/protocol.md).</summary>
internal sealed record ReportLine(string Event, string Name)
{
    public string? Result { get; init; }

    public double? Seconds { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    public string? File { get; init; }

    public int? Line { get; init; }
}
