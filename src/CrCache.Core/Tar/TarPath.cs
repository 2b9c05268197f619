using System.Text;

namespace CrCache.Tar;

/// <summary>Paths of members: how they are written here, and which are refused.</summary>
internal static class TarPath
{
    // The kernel's PATH_MAX; what works on each directory of a path needs some limit.
    private const int Longest = 4096;

    /// <summary>The path below the root, without a leading <c>./</c> and a trailing slash; empty for the root itself.</summary>
    /// <exception cref="InvalidDataException">It leads out of the root, or is too long.</exception>
    public static string Normalize(string name)
    {
        if (name.Length > Longest)
        {
            throw new InvalidDataException($"The tar has a member whose path is {name.Length} bytes long.");
        }

        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        path = path.TrimEnd('/');
        if (path is "" or ".")
        {
            return "";
        }

        foreach (var part in path.Split('/'))
        {
            if (part is "" or "." or ".." || part.Contains('\0', StringComparison.Ordinal))
            {
                throw new InvalidDataException($"The tar has a member whose path leads out of it: '{ToText(name)}'.");
            }
        }

        return path;
    }

    /// <summary>The directory of a path; empty for the root.</summary>
    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";

    /// <summary>The last part of a path.</summary>
    public static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A path of a tar as text.</summary>
    public static string ToText(string path) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path));

    /// <summary>Text as a path of a tar.</summary>
    public static string FromText(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
