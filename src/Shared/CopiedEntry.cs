namespace CrCache.Shared;

/// <summary>
/// An entry of an item's Files: <c>SOURCE:TARGET</c>, a file, a pattern or a folder here and where it goes in the container before
/// its start, with <c>:MODE:OWNER</c> where it needs others than usual; or a source alone, which goes beside the set-up files.
/// </summary>
internal sealed class CopiedEntry
{
    private CopiedEntry(string text, string source, string[] rest) => (Text, Source, Rest) = (text, source, rest);

    /// <summary>The entry as it is written.</summary>
    public string Text { get; }

    /// <summary>What is copied.</summary>
    public string Source { get; }

    /// <summary>What stands behind the source: the target, the mode, the owner, or nothing.</summary>
    public IReadOnlyList<string> Rest { get; }

    /// <summary>Where to, or null.</summary>
    public string? Target => Rest.Count > 0 ? Rest[0] : null;

    /// <summary>The entries of the metadata.</summary>
    public static IReadOnlyList<CopiedEntry> Parse(string files) => SetupFiles.Entries(files).Select(ParseOne).ToArray();

    /// <summary>The files, each with its place below the folder that the source names, or that its pattern begins with.</summary>
    public IReadOnlyList<(string Path, string Place)> Find(string directory)
    {
        if (Source.Length == 0)
        {
            return [];
        }

        var root = FilePattern.Root(Source, directory);
        if (File.Exists(root))
        {
            return [(root, Path.GetFileName(root))];
        }

        var pattern = FilePattern.IsOne(Source) ? Source : Source + "/**/*";
        var length = root.TrimEnd('/', '\\').Length + 1;
        return FilePattern.Find(pattern, directory).Select(path => (path, Place(path))).ToArray();

        // A pattern may go up again behind its first wildcard.
        string Place(string path) => path.StartsWith(root, StringComparison.Ordinal) && path.Length > length
            ? path.Substring(length).Replace('\\', '/')
            : Path.GetFileName(path);
    }

    // The colon behind a drive's letter is none.
    private static CopiedEntry ParseOne(string text)
    {
        var hasDrive = Path.DirectorySeparatorChar == '\\' && text.Length > 1 && text[1] == ':' && char.IsLetter(text[0]);
        var colon = text.IndexOf(':', hasDrive ? 2 : 0);
        return colon < 0
            ? new CopiedEntry(text, text, [])
            : new CopiedEntry(
                text, text.Substring(0, colon).Trim(), Array.ConvertAll(text.Substring(colon + 1).Split(':'), part => part.Trim()));
    }
}
