using CrCache.Diagnostics;

namespace CrCache.Store;

/// <summary>What the operating system said, as an error of the store.</summary>
internal static class StoreFailure
{
    // The number of the system's error: ENOSPC everywhere on Unix, EDQUOT on Linux and macOS, ERROR_DISK_FULL on Windows.
    private static readonly int[] NoSpace = [28, 122, 69, unchecked((int)0x80070070)];

    /// <summary>The disk, or what this user may have of it, is full.</summary>
    public static bool IsDiskFull(Exception error) => error is IOException && NoSpace.Contains(error.HResult);

    /// <summary>The error for a failed write of a file or directory.</summary>
    public static CrCacheException Of(Exception error, string path) =>
        IsDiskFull(error) ? Full(error, path) : Unusable($"{path}: {error.Message}", error);

    /// <summary>The error for a disk that is full.</summary>
    public static CrCacheException Full(Exception error, string path) => new(
        ErrorCodes.StoreFull,
        $"There is no space left for {path}; nothing of it was kept. "
        + "Make room, `crcache store prune --all`, or set CRCACHE_HOME to another disk.",
        error);

    /// <summary>The error for a store that cannot be worked with.</summary>
    public static CrCacheException Unusable(string what, Exception? error = null) =>
        new(ErrorCodes.StoreUnusable, $"The store cannot be used. {what} Set CRCACHE_HOME to a directory of yours on a local disk.", error);
}
