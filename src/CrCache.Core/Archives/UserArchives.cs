using CrCache.Store;

namespace CrCache.Archives;

/// <summary>This user's store of archives.</summary>
public static class UserArchives
{
    /// <summary>Opens it at CRCACHE_HOME, or in the user's cache directory.</summary>
    public static ArchiveStore Open() => new(ArchiveReader.DescribeAsync);
}
