namespace CrCache.Ownership;

/// <summary>
/// Files that are renamed once they are whole, and directories that are worked in. Their names say which process writes them, so
/// that those of a killed one can be told from those that are being written.
/// </summary>
internal static class OwnedTemporary
{
    private const string Suffix = ".crcache.tmp";

    /// <summary>A name for a new file or directory. Escaped, because not every file system takes what is in a tag.</summary>
    public static string In(string directory) =>
        Path.Combine(directory, $".{Guid.NewGuid().ToString("N")[..8]}.{Uri.EscapeDataString(OwnerTag.Current.ToString())}{Suffix}");

    /// <summary>Removes those of processes that have ended.</summary>
    public static void Sweep(string directory)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory, ".*" + Suffix))
        {
            if (IsLeftover(path))
            {
                try
                {
                    if (Directory.Exists(path))
                    {
                        Directory.Delete(path, recursive: true);
                    }
                    else
                    {
                        File.Delete(path);
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It is in nobody's way; the next one tries again.
                }
            }
        }
    }

    private static bool IsLeftover(string path)
    {
        var name = Path.GetFileName(path)[..^Suffix.Length];
        var owner = OwnerTag.Parse(Uri.UnescapeDataString(name[(name.IndexOf('.', 1) + 1)..]));
        return owner is null || owner.HasLeft(DateTime.UtcNow - File.GetLastWriteTimeUtc(path));
    }
}
