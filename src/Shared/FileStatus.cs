using System.Runtime.InteropServices;

namespace CrCache.Shared;

/// <summary>
/// Whose a file is, who else may do what with it, and what it is, as the kernel says; .NET tells the mode alone, and .NET Standard not even
/// that. Linux only.
/// </summary>
internal sealed class FileStatus
{
    private const int WorkingDirectory = -100; // AT_FDCWD
    private const int NotThroughLinks = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint TypeModeAndUser = 0xb; // STATX_TYPE | STATX_MODE | STATX_UID
    private const int TypeMask = 0xf000; // S_IFMT
    private const int DirectoryType = 0x4000; // S_IFDIR
    private const int SocketType = 0xc000; // S_IFSOCK
    private const int OthersMayEnter = 0x3f; // Any bit of group and others.
    private const int AllMayWrite = 2;

    private readonly int _mode;

    private FileStatus(uint user, int mode)
    {
        User = user;
        _mode = mode;
    }

    /// <summary>The id of the user whose it is.</summary>
    public uint User { get; }

    /// <summary>True for a directory, not for a link to one unless links were followed.</summary>
    public bool IsDirectory => (_mode & TypeMask) == DirectoryType;

    /// <summary>True for a unix socket.</summary>
    public bool IsSocket => (_mode & TypeMask) == SocketType;

    /// <summary>True where nobody but its owner (and root) may do anything with it.</summary>
    public bool IsPrivate => (_mode & OthersMayEnter) == 0;

    /// <summary>True where every user may change what it holds.</summary>
    public bool IsWritableByAll => (_mode & AllMayWrite) != 0;

    /// <summary>The status, or null where there is no such file, or this is not Linux.</summary>
    /// <param name="path">The file.</param>
    /// <param name="followLinks">Whether a link counts as what it leads to.</param>
    public static FileStatus? Find(string path, bool followLinks)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
        {
            return null;
        }

        var flags = followLinks ? 0 : NotThroughLinks;
        return LibC.Status(WorkingDirectory, path, flags, TypeModeAndUser, out var status) == 0
            ? new FileStatus(status.User, status.Mode)
            : null;
    }
}
