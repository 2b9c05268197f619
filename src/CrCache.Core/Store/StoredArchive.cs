namespace CrCache.Store;

/// <summary>An archive in the store, as the index knows it.</summary>
public sealed record StoredArchive
{
    /// <summary>The checkpoint's key.</summary>
    public required string Key { get; init; }

    /// <summary>What the archive says of itself; null where that could not be read.</summary>
    public required ArchiveEntry? Entry { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The sha256 of the file: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>When it was added or last used.</summary>
    public required DateTimeOffset LastUsed { get; init; }

    /// <summary>How often it was used since it was added.</summary>
    public long Uses { get; init; }
}
