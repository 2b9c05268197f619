using System.Runtime.InteropServices;
using System.Text;
using CrCache.Shared;

namespace CrCache.Tasks;

/// <summary>Files that are inputs of other steps: one that is written without need makes those run again.</summary>
internal static class FileContent
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // 0700 and 0600.
    private const uint OwnersDirectory = 0x1C0;
    private const uint OwnersFile = 0x180;

    /// <summary>Makes a directory that only its owner can enter, where there is none yet.</summary>
    public static void CreatePrivateDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            MakePrivate(path, OwnersDirectory);
        }
    }

    /// <summary>Writes the file when it does not have this content already; says whether it did.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">What is to be in it.</param>
    /// <param name="isPrivate">Only its owner may read it: it holds what may be a secret.</param>
    public static bool WriteWhenDifferent(string path, string content, bool isPrivate = false)
    {
        if (File.Exists(path) && File.ReadAllText(path) == content)
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Two test runs of one project may do this at once: a reader sees the old or the new file, never half of one.
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Replace(path, temporary, content, isPrivate);
        }
        finally
        {
            File.Delete(temporary); // Where it has failed, of a full disk for instance.
        }

        return true;
    }

    private static void Replace(string path, string temporary, string content, bool isPrivate)
    {
        if (isPrivate)
        {
            // While it is empty.
            File.Create(temporary).Dispose();
            MakePrivate(temporary, OwnersFile);
        }

        File.WriteAllText(temporary, content, s_utf8);
        if (File.Exists(path))
        {
            File.Replace(temporary, path, null);
        }
        else
        {
            File.Move(temporary, path);
        }
    }

    // Windows has no modes, nor have some file systems: what is there is as private as its folder then.
    private static void MakePrivate(string path, uint mode)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            _ = LibC.ChangeMode(path, mode);
        }
    }
}
