using CrCache.Diagnostics;

namespace CrCache.Engines;

/// <summary>The disk of an engine's machine. There is no code for it in the API: the words of the system come through.</summary>
internal static class EngineDisk
{
    /// <summary>Whether an engine's words say that its disk is full.</summary>
    public static bool IsFull(string words) => words.Contains("no space left", StringComparison.OrdinalIgnoreCase)
        || words.Contains("disk quota exceeded", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a call failed because the engine's disk is full.</summary>
    public static bool IsFull(CrCacheException failure) => failure.Code != ErrorCodes.StoreFull && IsFull(failure.Message);
}
