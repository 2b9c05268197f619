namespace CrCache.Presets;

/// <summary>A short talk through a published port that only the server itself can answer.</summary>
public sealed record AnswerProbe
{
    /// <summary>The port's name in the preset.</summary>
    public required string Port { get; init; }

    /// <summary>What to send after connecting, in Latin-1; null for a server that speaks first.</summary>
    public string? Send { get; init; }

    /// <summary>A regular expression that the first bytes of the answer, as Latin-1, match.</summary>
    public required string Expect { get; init; }
}
