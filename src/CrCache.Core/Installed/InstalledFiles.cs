namespace CrCache.Installed;

/// <summary>
/// The file system of a container that was stopped in an orderly way: a copy starts from it without set-up and without recovery.
/// </summary>
public sealed record InstalledFiles
{
    /// <summary>The id of its image.</summary>
    public required string ImageId { get; init; }

    /// <summary>The image's name and tag, by which it is known: others may have the same image under another.</summary>
    public required string ImageName { get; init; }

    /// <summary>The volumes' contents: file name in the store's entry by directory in the container.</summary>
    public required IReadOnlyDictionary<string, string> Volumes { get; init; }

    /// <summary>Seconds that the trial start took, from creating the container to its first answer.</summary>
    public required double RestoreSeconds { get; init; }
}
