using System.Runtime.InteropServices;

namespace CrCache.Shared;

/// <summary>
/// A path that may hold <c>*</c> and <c>?</c> in each of its names, and <c>**</c> in place of any number of folders, but not of a
/// project's <c>bin</c> and <c>obj</c>, where builds put copies.
/// </summary>
internal static class FilePattern
{
    private static readonly char[] s_wildcards = ['*', '?'];
    private static readonly string[] s_outputs = ["bin", "obj"];

    /// <summary>The files that match, in their natural order, each once.</summary>
    /// <param name="pattern">The pattern, with slashes of either kind.</param>
    /// <param name="directory">Where one that is relative starts.</param>
    public static IReadOnlyList<string> Find(string pattern, string directory)
    {
        var names = pattern.Replace('\\', '/').Split('/');
        var root = Root(names, directory);
        var first = Array.FindIndex(names, name => name.IndexOfAny(s_wildcards) >= 0);
        if (first < 0)
        {
            return File.Exists(root) ? [root] : [];
        }

        var outputs = Array.ConvertAll(s_outputs, name => Path.GetFullPath(Path.Combine(directory, name)));
        var found = new List<string>();
        Walk(root, names, first, (found, outputs));

        // Of one root: what differs comes behind it.
        return found.Distinct().OrderBy(path => path.Replace('\\', '/'), NaturalOrder.Instance).ToArray();
    }

    /// <summary>Whether it may match several files.</summary>
    public static bool IsOne(string text) => text.IndexOfAny(s_wildcards) >= 0;

    /// <summary>The folder that all that match lie below; of a path without wildcards the path itself.</summary>
    public static string Root(string pattern, string directory) => Root(pattern.Replace('\\', '/').Split('/'), directory);

    private static string Root(string[] names, string directory)
    {
        var literal = string.Join("/", names.TakeWhile(name => name.IndexOfAny(s_wildcards) < 0));
        return Path.GetFullPath(Path.Combine(directory, literal.Length == 0 && names[0].Length == 0 ? "/" : literal));
    }

    private static void Walk(string folder, string[] names, int at, (List<string> Found, string[] Outputs) result)
    {
        var (name, isLast) = (names[at], at == names.Length - 1);
        if (!Directory.Exists(folder))
        {
            return;
        }

        if (name == "**")
        {
            WalkAll(folder, isLast ? [.. names, "*"] : names, at, result);
        }
        else if (name.IndexOfAny(s_wildcards) < 0)
        {
            var path = Path.GetFullPath(Path.Combine(folder, name));
            if (!isLast)
            {
                Walk(path, names, at + 1, result);
            }
            else if (File.Exists(path))
            {
                result.Found.Add(path);
            }
        }
        else if (isLast)
        {
            result.Found.AddRange(Directory.GetFiles(folder).Where(path => Matches(name, Path.GetFileName(path))));
        }
        else
        {
            foreach (var child in Directory.GetDirectories(folder).Where(path => Matches(name, Path.GetFileName(path))))
            {
                Walk(child, names, at + 1, result);
            }
        }
    }

    private static void WalkAll(string folder, string[] names, int at, (List<string> Found, string[] Outputs) result)
    {
        Walk(folder, names, at + 1, result);

        // A link may lead to a folder above.
        foreach (var child in Directory.GetDirectories(folder).Where(path => !IsLink(path) && !result.Outputs.Contains(path)))
        {
            WalkAll(child, names, at, result);
        }
    }

    private static bool IsLink(string path) => File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);

    private static bool Matches(string pattern, string name)
    {
        // Where the last star was, and how much of the name it has taken: that is all there ever is to go back to.
        var (at, i, star, taken) = (0, 0, -1, 0);
        while (i < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, taken) = (at++, i);
            }
            else if (at < pattern.Length && (pattern[at] == '?' || IsSame(pattern[at], name[i])))
            {
                (at, i) = (at + 1, i + 1);
            }
            else if (star >= 0)
            {
                (at, i) = (star + 1, ++taken);
            }
            else
            {
                return false;
            }
        }

        return pattern.Substring(at).All(c => c == '*');
    }

    // As the systems themselves take names.
    private static bool IsSame(char left, char right) => left == right
        || (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux) && char.ToUpperInvariant(left) == char.ToUpperInvariant(right));
}
