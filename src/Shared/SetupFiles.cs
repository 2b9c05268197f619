namespace CrCache.Shared;

/// <summary>Which set-up files an item names. The tasks must see when one has changed without starting crcache.</summary>
internal static class SetupFiles
{
    /// <summary>
    /// The files of a Setup: patterns with <c>*</c>, <c>?</c> and <c>**/</c>, separated by semicolons, relative to a folder.
    /// Ordered by their path, so that numbered names run in their order.
    /// </summary>
    /// <param name="setup">The metadata.</param>
    /// <param name="directory">Where relative patterns start.</param>
    /// <param name="unmatched">The first pattern that no file matches, or null.</param>
    public static IReadOnlyList<string> Find(string setup, string directory, out string? unmatched)
    {
        unmatched = null;
        var files = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in setup.Split(';'))
        {
            var pattern = entry.Trim().Replace('\\', '/');
            if (pattern.Length == 0)
            {
                continue;
            }

            var slash = pattern.LastIndexOf('/');
            var folder = slash < 0 ? "" : pattern.Substring(0, slash);
            var recursive = folder == "**" || folder.EndsWith("/**", StringComparison.Ordinal);
            folder = recursive ? folder.Substring(0, Math.Max(0, folder.Length - 3)) : folder;
            var root = Path.GetFullPath(Path.Combine(directory, slash == 0 ? "/" : folder));
            var depth = recursive ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly;
            var found = Directory.Exists(root) ? Directory.GetFiles(root, pattern.Substring(slash + 1), depth) : Array.Empty<string>();
            unmatched ??= found.Length == 0 ? pattern : null;
            files.UnionWith(found);
        }

        return files.ToArray();
    }
}
