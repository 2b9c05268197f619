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
        var now = new Lazy<DateTime>(() => TimeOf(directory));
        foreach (var path in Directory.EnumerateFileSystemEntries(directory, ".*" + Suffix))
        {
            if (IsLeftover(path, now))
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

    private static bool IsLeftover(string path, Lazy<DateTime> now)
    {
        var name = Path.GetFileName(path)[..^Suffix.Length];
        var separator = name.IndexOf('.', 1);
        var owner = separator < 0 ? null : OwnerTag.Parse(Uri.UnescapeDataString(name[(separator + 1)..]));
        return owner is not null && owner.HasLeft(() => now.Value - File.GetLastWriteTimeUtc(path));
    }

    // By the clock that the files' own times are of: that of this machine may differ, or have jumped.
    private static DateTime TimeOf(string directory)
    {
        var probe = In(directory);
        try
        {
            File.WriteAllBytes(probe, []);
            return File.GetLastWriteTimeUtc(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTime.MinValue; // nothing is old then
        }
        finally
        {
            File.Delete(probe);
        }
    }
}
