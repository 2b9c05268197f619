using System.Runtime.Versioning;
using CrCache.Files;
using CrCache.Ownership;
using CrCache.Shared;

namespace CrCache.Store;

/// <summary>Gives a file a second name in the cheapest way that there is.</summary>
internal static class FileLink
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // linux/fs.h: _IOW(0x94, 9, int), on all processors that .NET runs on but none of those that encode it otherwise.
    private const nuint FiClone = 0x40049409;

    /// <summary>
    /// Makes <paramref name="target"/> the same as <paramref name="source"/>, replacing what is there as a whole: as a clone that
    /// shares the blocks, else as a hard link, else as a copy.
    /// </summary>
    /// <remarks>
    /// The clone comes first, because whoever writes into it changes a file of his own. A hard link is the same file: it has the
    /// source's mode (read-only, so that writing into it fails) and its times.
    /// </remarks>
    public static void Replace(string source, string target)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(target))!;
        OwnedTemporary.Sweep(directory);
        var temporary = OwnedTemporary.In(directory);
        try
        {
            if (TryClone(source, temporary))
            {
                MakeOwn(temporary);
            }
            else if (!TryHardLink(source, temporary))
            {
                File.Copy(source, temporary);
                MakeOwn(temporary);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (StoreFailure.IsDiskFull(e))
        {
            throw StoreFailure.Full(e, target);
        }
        finally
        {
            // Also after the move: rename(2) leaves both names where they are hard links to one file already.
            File.Delete(temporary);
        }
    }

    // On Windows the copy itself clones blocks, where the file system can.
    private static bool TryClone(string source, string target) =>
        OperatingSystem.IsLinux() ? TryCloneOnLinux(source, target) : OperatingSystem.IsMacOS() && LibC.CloneFile(source, target, 0) == 0;

    [SupportedOSPlatform("linux")]
    private static bool TryCloneOnLinux(string source, string target)
    {
        using (var from = File.OpenHandle(source))
        using (var to = PrivateFile.Create(target))
        {
            if (LibC.CloneInto(to.SafeFileHandle, FiClone, from) == 0)
            {
                return true;
            }
        }

        File.Delete(target);
        return false;
    }

    private static bool TryHardLink(string source, string target) => !OperatingSystem.IsWindows() && LibC.Link(source, target) == 0;

    private static void MakeOwn(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
    }
}
