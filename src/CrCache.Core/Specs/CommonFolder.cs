namespace CrCache.Specs;

/// <summary>The folder that several files lie below, and where they do.</summary>
internal static class CommonFolder
{
    /// <summary>The lowest one, with slashes and without one at its end; empty for the root, and for files of several drives.</summary>
    public static string Of(IReadOnlyCollection<string> paths)
    {
        string[]? common = null;
        foreach (var path in paths)
        {
            var folder = Slashes(path).Split('/')[..^1];
            var length = 0;
            while (common is not null && length < common.Length && length < folder.Length && folder[length] == common[length])
            {
                length++;
            }

            common = common is null ? folder : common[..length];
        }

        return string.Join('/', common ?? []);
    }

    /// <summary>The path of a file below it, with slashes.</summary>
    public static string Below(string folder, string path)
    {
        var below = Slashes(path)[folder.Length..].TrimStart('/');

        // Of several drives their letters stay.
        return OperatingSystem.IsWindows() ? below.Replace(":", "", StringComparison.Ordinal) : below;
    }

    private static string Slashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');
}
