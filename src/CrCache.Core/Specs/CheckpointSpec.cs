using CrCache.Presets;

namespace CrCache.Specs;

/// <summary>A checkpoint as asked for, all resolved: preset, metadata, and the image by its digest.</summary>
public sealed record CheckpointSpec
{
    /// <summary>The item's name.</summary>
    public required string Name { get; init; }

    /// <summary>The preset's name, for people, or null.</summary>
    public string? Preset { get; init; }

    /// <summary>The image as written, for people and for pulling.</summary>
    public required string Image { get; init; }

    /// <summary>The Dockerfile that the image is built from, as a full path, or null.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>The image's id on the engine that was asked.</summary>
    public required string ImageId { get; init; }

    /// <summary>The digest of the image's content, the same on all engines.</summary>
    public required string ImageDigest { get; init; }

    /// <summary>Operating system and architecture of the image.</summary>
    public required string Platform { get; init; }

    /// <summary>The directories that the image declares as volumes.</summary>
    public required IReadOnlyList<string> Volumes { get; init; }

    /// <summary>The container's host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The ports to publish, by name; the first is the main one.</summary>
    public required IReadOnlyList<NamedPort> Ports { get; init; }

    /// <summary>Variables for the container.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Arguments instead of the image's own, or null.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>How to see that the server is ready.</summary>
    public required ReadyProbe Ready { get; init; }

    /// <summary>How to see from outside that it answers; null: that it keeps a connection open is enough.</summary>
    public AnswerProbe? Answer { get; init; }

    /// <summary>The files to run once the server is ready, in their order.</summary>
    public required IReadOnlyList<SetupStep> Setup { get; init; }

    /// <summary>The files that are copied into the container before its start, or beside the set-up files.</summary>
    public IReadOnlyList<CopiedFile> Files { get; set; } = [];

    /// <summary>What says whether a copy is what the set-up has made, or null.</summary>
    public VerifyCommand? Verify { get; init; }

    /// <summary>Why a start from the files may lack what the set-up files have made, to end a sentence; null where it cannot.</summary>
    public string? MayLose { get; init; }

    /// <summary>The template of the connection string, or null.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The same as a URI, or null.</summary>
    public string? Uri { get; init; }

    /// <summary>The same as a JDBC URL, or null.</summary>
    public string? Jdbc { get; init; }

    /// <summary>Whom these sign in, where the preset knows.</summary>
    public ServerAccount? Account { get; init; }

    /// <summary>Which way back the user wants.</summary>
    public Rung Mode { get; init; }

    /// <summary>How old a checkpoint may be that is used; null for any age.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether what was made at a time is older than is wanted.</summary>
    public bool IsTooOld(DateTimeOffset created) => MaxAge is { } age && DateTimeOffset.UtcNow - created > age;

    /// <summary>How long a normal start, and each set-up file, may take, in seconds.</summary>
    public required int TimeoutSeconds { get; init; }
}
