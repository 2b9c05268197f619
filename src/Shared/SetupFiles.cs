namespace CrCache.Shared;

/// <summary>Which set-up files an item names. The tasks must see when one has changed without starting crcache.</summary>
internal static class SetupFiles
{
    private static readonly char[] s_separators = [';', '\r', '\n'];

    /// <summary>
    /// The files of a Setup: patterns, separated by semicolons or one a line, relative to a folder. In the order in which they are
    /// written, and those of one pattern in their natural order; a file that several match stands where the first of them does.
    /// </summary>
    /// <param name="setup">The metadata.</param>
    /// <param name="directory">Where relative patterns start.</param>
    /// <param name="unmatched">The first pattern that no file matches, or null.</param>
    public static IReadOnlyList<string> Find(string setup, string directory, out string? unmatched) =>
        FindWithEntries(setup, directory, out unmatched).Select(file => file.Path).ToArray();

    /// <summary>The same, and by which of the patterns each stands there, from 0 on.</summary>
    public static IReadOnlyList<(string Path, int Entry)> FindWithEntries(string setup, string directory, out string? unmatched)
    {
        unmatched = null;
        var (files, seen) = (new List<(string, int)>(), new HashSet<string>());
        foreach (var (pattern, entry) in Entries(setup).Select((pattern, entry) => (pattern, entry)))
        {
            var found = FilePattern.Find(pattern, directory);
            unmatched ??= found.Count == 0 ? pattern : null;
            files.AddRange(found.Where(seen.Add).Select(path => (path, entry)));
        }

        return files;
    }

    /// <summary>The entries of a list of files, without what is empty.</summary>
    public static IEnumerable<string> Entries(string list) =>
        list.Split(s_separators).Select(entry => entry.Trim()).Where(entry => entry.Length > 0);
}
