namespace CrCache.Files;

/// <summary>How much a compressed file that may come from anywhere is allowed to hold.</summary>
internal static class ContentLimit
{
    // Memory and databases of real servers shrink 10 to 60 times. A file of a few MB that would fill a disk is no checkpoint.
    private const long AnyFile = 1L << 30;
    private const int LargestRatio = 250;

    /// <summary>The bytes that a compressed file of a size in bytes may hold.</summary>
    public static long Of(long size) => Math.Max(AnyFile, size > long.MaxValue / LargestRatio ? long.MaxValue : size * LargestRatio);
}
