using CrCache.Diagnostics;
using CrCache.Shared;

namespace CrCache.Store;

/// <summary>The directory that holds all that this user's crcache keeps; only its owner can look into what is made in it.</summary>
internal sealed class StoreDirectory(string root)
{
    /// <summary>The directory itself, whether or not it exists yet.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Where it is unless somebody says otherwise.</summary>
    public static string DefaultRoot() => HomeFolder.Find();

    /// <summary>Makes a directory in it, with mode 0700, where there is none yet.</summary>
    /// <exception cref="CrCacheException">It cannot be made, or others could put things into the store (CRC4001).</exception>
    public string Create(string name)
    {
        var path = Path.Combine(Root, name);
        if (WhyNotOurs() is { } reason)
        {
            throw StoreFailure.Unusable(reason);
        }

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

    // What is read there is believed: records name dumps, and archives become containers.
    private string? WhyNotOurs() => FileStatus.Find(Root, followLinks: true) switch
    {
        null => null,
        var status when status.User != LibC.GetUser() => $"{Root} is another user's.",
        { IsWritableByAll: true } => $"Every user can write into {Root}: chmod go-w it.",
        _ => null,
    };
}
