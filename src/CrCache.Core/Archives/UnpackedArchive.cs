using CrCache.Store;

namespace CrCache.Archives;

/// <summary>An archive that was unpacked and verified, or packed just now.</summary>
/// <param name="Record">Its record.</param>
/// <param name="DiffId">The digest of the tar before its compression, <c>sha256:…</c>.</param>
internal sealed record UnpackedArchive(ArchiveRecord Record, string DiffId)
{
    /// <summary>Who has signed it; null where only the record was read.</summary>
    public ArchiveSignatures? Signatures { get; init; }

    /// <summary>What the store's index holds of it.</summary>
    public ArchiveEntry ToEntry() => new()
    {
        Key = Record.Key,
        Name = Record.Spec.Name,
        Image = Record.Spec.Image,
        Created = Record.Created,
        DiffId = DiffId,
    };
}
