using CrCache.Shared;

namespace CrCache.Files;

/// <summary>Files that only their owner can read, replaced as a whole.</summary>
internal static class PrivateFile
{
    private const string Unfinished = ".tmp";

    // Writing one takes milliseconds.
    private static readonly TimeSpan s_longestWrite = TimeSpan.FromMinutes(10);
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes under another name in the same directory and renames: a reader sees the old or the new file.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            using (var stream = Create(temporary))
            {
                write(stream);
            }

            SweepOthers(path, temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Gives a new file its name, unless there is one of that name: of processes that make one at the same time all see the first's.
    /// </summary>
    /// <remarks>File.Move looks whether there is one, and then renames: of two that look together the second replaces the first.</remarks>
    public static void NameOnce(string temporary, string path)
    {
        try
        {
            var isLinked = !OperatingSystem.IsWindows() && LibC.Link(temporary, path) == 0;
            if (!isLinked && !File.Exists(path))
            {
                // A file system without links.
                File.Move(temporary, path, overwrite: false);
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // What processes that were killed here have left, by the clock of the file system.
    private static void SweepOthers(string path, string own)
    {
        var now = File.GetLastWriteTimeUtc(own);
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var other in Directory.EnumerateFiles(directory, $"{Path.GetFileName(path)}.*{Unfinished}"))
        {
            if (now - File.GetLastWriteTimeUtc(other) > s_longestWrite)
            {
                try
                {
                    File.Delete(other);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It is in nobody's way.
                }
            }
        }
    }

    /// <summary>Creates a new file with mode 0600.</summary>
    public static FileStream Create(string path, int bufferSize = 4096)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
            BufferSize = bufferSize,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
