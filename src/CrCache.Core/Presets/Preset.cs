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

    /// <summary>
    /// Older names of variables, and the newer one that the image prefers: what an item sets by the older is set by the newer as well,
    /// so that no default of the preset stands before it.
    /// </summary>
    public IReadOnlyDictionary<string, string> Aliases { get; set; } = new Dictionary<string, string>();

    /// <summary>Whom the connection string signs in: the first whose variables are all set, else the last.</summary>
    public IReadOnlyList<PresetAccount> Accounts { get; set; } = [];

    /// <summary>Arguments instead of the image's own.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>How to see that the server is ready.</summary>
    public required ReadyProbe Ready { get; init; }

    /// <summary>
    /// What runs a set-up file, by its extension; <c>{file}</c> stands for its path in the container, and <c>{script}</c> for what
    /// runs it as a script.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Setup { get; set; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>A command whose output, run in the container, is the same after each way of bringing it back that loses nothing.</summary>
    public IReadOnlyList<string>? Verify { get; init; }

    /// <summary>When all that set-up files have made is on disk after an orderly stop; null: nothing is promised.</summary>
    public DiskPromise? OnDisk { get; init; }

    /// <summary>How long a normal start may take, in seconds; null for the default.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>False for a preset that was written from the image's documentation and not run.</summary>
    public bool Tried { get; set; } = true;

    /// <summary>Names the JSON schema for editors.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>How to see from outside that the server answers; null: that it keeps a connection open is enough.</summary>
    public AnswerProbe? Answer { get; init; }

    /// <summary>A template of the connection string (docs/presets.md).</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The template of the same as a URI; left out where the connection string is one.</summary>
    public string? Uri { get; init; }

    /// <summary>The template of the same as a JDBC URL.</summary>
    public string? Jdbc { get; init; }
}
