namespace CrCache.Store;

/// <summary>What an archive says of itself.</summary>
public sealed record ArchiveEntry
{
    /// <summary>The checkpoint's key.</summary>
    public required string Key { get; init; }

    /// <summary>The name of the item that it was made for.</summary>
    public string? Name { get; init; }

    /// <summary>The image as that item names it.</summary>
    public string? Image { get; init; }

    /// <summary>The sha256 of the uncompressed tar: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public required string DiffId { get; init; }

    /// <summary>When the checkpoint was made.</summary>
    public required DateTimeOffset Created { get; init; }
}
