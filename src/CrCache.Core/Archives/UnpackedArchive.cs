namespace CrCache.Archives;

/// <summary>An archive that was unpacked and verified.</summary>
/// <param name="Record">Its record.</param>
/// <param name="DiffId">The digest of the tar before its compression, <c>sha256:…</c>.</param>
internal sealed record UnpackedArchive(ArchiveRecord Record, string DiffId);
