namespace CrCache.Presets;

/// <summary>What CrCache knows about a common image: one JSON file. An item's metadata overrides each part.</summary>
public sealed record Preset
{
    /// <summary>What it is, in one line.</summary>
    public string? Description { get; init; }

    /// <summary>The image's name and tag.</summary>
    public required string Image { get; init; }

    /// <summary>The container's host name; part of what a dump remembers.</summary>
    public string? Hostname { get; init; }

    /// <summary>The TCP ports to publish, by name; the first is the one that <c>{port}</c> means.</summary>
    public required IReadOnlyDictionary<string, int> Ports { get; init; }

    /// <summary>Variables for the container.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>Arguments instead of the image's own.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>How to see from inside that the server is ready.</summary>
    public required ReadyProbe Ready { get; init; }

    /// <summary>How to see from outside that the server answers; null: an accepted connection is enough.</summary>
    public AnswerProbe? Answer { get; init; }

    /// <summary>A template of the connection string with <c>{host}</c> and <c>{port}</c>.</summary>
    public string? ConnectionString { get; init; }
}
