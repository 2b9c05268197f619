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
