namespace CrCache.Installed;

/// <summary>A dump of a container's memory and the file system that belongs to it.</summary>
public sealed record InstalledMemory
{
    /// <summary>The key under which crcache-runc has the dump.</summary>
    public required string Dump { get; init; }

    /// <summary>What must be said to restore it, as long as a key; null where it is restored by its key alone.</summary>
    public string? Secret { get; init; }

    /// <summary>The id of the image of the frozen file system.</summary>
    public required string ImageId { get; init; }

    /// <summary>The image's name and tag, by which it is known: others may have the same image under another.</summary>
    public required string ImageName { get; init; }

    /// <summary>The volumes' contents: file name in the store's entry by directory in the container.</summary>
    public required IReadOnlyDictionary<string, string> Volumes { get; init; }

    /// <summary>Seconds that the trial restore took, from creating the container to its first answer.</summary>
    public required double RestoreSeconds { get; init; }
}
