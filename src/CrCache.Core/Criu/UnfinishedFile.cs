using CrCache.Files;

namespace CrCache.Criu;

/// <summary>Files that are being written beside those that they will replace.</summary>
internal static class UnfinishedFile
{
    /// <summary>How their names begin.</summary>
    public const string Prefix = "compacting-";

    private const int BufferSize = 64 << 10;

    /// <summary>What the file is called until it is finished.</summary>
    public static string NameOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, Prefix + Path.GetFileName(path));

    /// <summary>Creates one, for its owner only.</summary>
    public static FileStream Create(string path) => PrivateFile.Create(path, BufferSize);
}
