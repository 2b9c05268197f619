namespace CrCache.Criu;

/// <summary>Files that are being written beside those that they will replace.</summary>
internal static class UnfinishedFile
{
    /// <summary>How their names begin.</summary>
    public const string Prefix = "compacting-";

    private const int BufferSize = 64 << 10;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the file is called until it is finished.</summary>
    public static string NameOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, Prefix + Path.GetFileName(path));

    /// <summary>Creates one, for its owner only.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = BufferSize,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
