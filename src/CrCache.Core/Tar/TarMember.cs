namespace CrCache.Tar;

/// <summary>
/// A member of a tar, with its extended attributes as the bytes that they are. (System.Formats.Tar decodes them as text, and
/// writes its own process id into its headers, so that no two of its files are equal.)
/// </summary>
internal sealed record TarMember
{
    /// <summary>
    /// The path as it stands in the tar. Paths are bytes on Linux, mostly but not always UTF-8: each character here is one of
    /// the bytes, so that all of them survive (<see cref="TarPath"/>).
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required TarType Type { get; init; }

    /// <summary>Permission bits with set-user-id, set-group-id and sticky.</summary>
    public int Mode { get; init; } = 0b110_000_000;

    /// <summary>The owner's id.</summary>
    public long Uid { get; init; }

    /// <summary>The group's id.</summary>
    public long Gid { get; init; }

    /// <summary>Length of the content in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Last change, in nanoseconds since 1970.</summary>
    public long Modified { get; init; }

    /// <summary>Where a symbolic link points, or the path of the file that a hard link is another name of.</summary>
    public string LinkName { get; init; } = "";

    /// <summary>A device's major number.</summary>
    public int DeviceMajor { get; init; }

    /// <summary>A device's minor number.</summary>
    public int DeviceMinor { get; init; }

    /// <summary>The extended attributes by name, <c>security.capability</c> for instance, in the names' order.</summary>
    public IReadOnlyDictionary<string, byte[]> Attributes { get; init; } = NoAttributes;

    private static readonly Dictionary<string, byte[]> NoAttributes = [];
}
