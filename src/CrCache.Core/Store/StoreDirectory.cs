using CrCache.Diagnostics;

namespace CrCache.Store;

/// <summary>The directory that holds all that this user's crcache keeps; only its owner can look into what is made in it.</summary>
internal sealed class StoreDirectory(string root)
{
    /// <summary>The directory itself, whether or not it exists yet.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>CRCACHE_HOME, or <c>crcache</c> in the user's cache directory.</summary>
    public static string DefaultRoot()
    {
        if (Environment.GetEnvironmentVariable("CRCACHE_HOME") is { Length: > 0 } home)
        {
            return Path.GetFullPath(home);
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "crcache");
        }

        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(user, "Library", "Caches", "crcache");
        }

        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? Path.Combine(cache, "crcache")
            : Path.Combine(user, ".cache", "crcache");
    }

    /// <summary>Makes a directory in it, with mode 0700, where there is none yet.</summary>
    /// <exception cref="CrCacheException">It cannot be made (CRC4001).</exception>
    public string Create(string name)
    {
        var path = Path.Combine(Root, name);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                return Directory.CreateDirectory(path).FullName;
            }

            // The mode holds for the last directory of a path only.
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            for (var slash = Root.Length; slash > 0 && slash < path.Length; slash = path.IndexOf('/', slash + 1))
            {
                Directory.CreateDirectory(path[..slash], OwnerOnly);
            }

            return Directory.CreateDirectory(path, OwnerOnly).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.Of(e, path);
        }
    }
}
