using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Shared;
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
    /// <exception cref="CrCacheException">
    /// The archive cannot be used (CRC3008), or what is beside it (CRC2007), or a name in it (CRC2002).
    /// </exception>
    public static async Task<LeaseItem> ReadAsync(string archive, CancellationToken cancellationToken)
    {
        if (BuildRecord.Find(archive) is { } file)
        {
            return new LeaseItem(WithNames(file.Spec, archive), file.Stored, archive, file.Result);
        }

        var record = await ArchiveReader.ReadRecordAsync(archive, cancellationToken).ConfigureAwait(false);
        return new LeaseItem(WithNames(record.Spec, archive), null, archive, "found");
    }

    // They become names of variables in the tests' process, and the file may come from anywhere.
    private static CheckpointSpec WithNames(CheckpointSpec spec, string archive)
    {
        if (!ItemName.IsOne(spec.Name))
        {
            throw Bad("item", spec.Name);
        }

        return spec.Ports.FirstOrDefault(port => !ItemName.IsPart(port.Name)) is { } bad ? throw Bad("port", bad.Name) : spec;

        CrCacheException Bad(string what, string name) => new(
            ErrorCodes.BadName,
            $"The checkpoint {archive} names the {what} '{name}', which cannot be part of a variable's name. "
            + "Build it again under a name of letters, digits, '_', '.' and '-'.");
    }
}
