using System.Runtime.InteropServices;

namespace CrCache.Shared;

/// <summary>Where all lies that <c>crcache</c> keeps for a user.</summary>
internal static class HomeFolder
{
    /// <summary>CRCACHE_HOME, or <c>crcache</c> in the user's cache directory.</summary>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("CRCACHE_HOME") is { Length: > 0 } home)
        {
            return Path.GetFullPath(home);
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "crcache");
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
        {
            return Path.Combine(user, "Library", "Caches", "crcache");
        }

        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? Path.Combine(cache, "crcache")
            : Path.Combine(user, ".cache", "crcache");
    }
}
