namespace CrCache.Archives;

/// <summary>A file system in an archive: a tar of what was added and changed, the list of what was removed, the volumes.</summary>
public sealed record ArchivedFileSystem
{
    /// <summary>The folder in the archive, with a slash at its end; empty for the archive's root.</summary>
    public required string Folder { get; init; }

    /// <summary>True: it holds the changes to the file system of the dump. False: the changes to the image.</summary>
    public bool OnTopOfMemory { get; init; }

    /// <summary>Directories of which nothing that was there before is seen any more.</summary>
    public IReadOnlyList<string> Replaced { get; set; } = [];

    /// <summary>The volumes' contents: member below <see cref="Folder"/> by directory in the container.</summary>
    public required IReadOnlyDictionary<string, string> Volumes { get; init; }

    /// <summary>The tar of what was added and changed.</summary>
    internal string ChangedFiles => Folder + "rootfs-diff.tar";

    /// <summary>The JSON array of the paths that were removed.</summary>
    internal string DeletedFiles => Folder + "deleted.files";
}
