using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Installed;
using CrCache.Specs;

namespace CrCache.Leases;

/// <summary>One checkpoint that a lease is to restore.</summary>
/// <param name="Spec">What is wanted.</param>
/// <param name="Stored">What the engine is said to have of it, or null where nobody has looked.</param>
/// <param name="Archive">The file that it can be had from, or null.</param>
/// <param name="Result">How the build came by it: <c>made</c>, <c>pulled</c> or <c>found</c>.</param>
public sealed record LeaseItem(CheckpointSpec Spec, InstalledCheckpoint? Stored, string? Archive, string Result)
{
    /// <summary>Of an archive: what the build has put beside it, or else what the archive says itself.</summary>
    /// <exception cref="Diagnostics.CrCacheException">The archive cannot be used (CRC3008), or what is beside it (CRC2007).</exception>
    public static async Task<LeaseItem> ReadAsync(string archive, CancellationToken cancellationToken)
    {
        if (BuildRecord.Find(archive) is { } file)
        {
            return new LeaseItem(file.Spec, file.Stored, archive, file.Result);
        }

        var record = await ArchiveReader.ReadRecordAsync(archive, cancellationToken).ConfigureAwait(false);
        return new LeaseItem(record.Spec, null, archive, "found");
    }
}
