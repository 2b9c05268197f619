using CrCache.Diagnostics;
using CrCache.Store;

namespace CrCache.Archives;

/// <summary>This user's store of archives.</summary>
public static class UserArchives
{
    /// <summary>Opens it at CRCACHE_HOME, or in the user's cache directory.</summary>
    public static ArchiveStore Open() => new(ArchiveReader.DescribeAsync);

    /// <summary>The record of an archive; null where the store does not have it, or it cannot be read.</summary>
    public static async Task<ArchiveRecord?> ReadRecordAsync(ArchiveStore archives, string key, CancellationToken cancellationToken)
    {
        using var use = await archives.OpenAsync(key, cancellationToken).ConfigureAwait(false);
        try
        {
            return use is null ? null : await ArchiveReader.ReadRecordAsync(use.Path, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException)
        {
            return null;
        }
    }
}
