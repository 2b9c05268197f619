using System.Globalization;

namespace CrCache.Chaos;

/// <summary>The processes of this machine, as /proc has them.</summary>
internal static class ProcessTable
{
    /// <summary>All that have not ended.</summary>
    public static IEnumerable<(int Id, string Name)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Read(id, "stat") is { Length: > 0 } stat)
            {
                // 42 (name) S 1 ...; a name may hold anything, parentheses too.
                var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
                if (stat[close + 2] is not ('Z' or 'X'))
                {
                    yield return (id, stat[(open + 1)..close]);
                }
            }
        }
    }

    /// <summary>Which process ids it shares with whom; empty where it has ended.</summary>
    public static string Namespace(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/pid").LinkTarget ?? ""; // pid:[4026531836], which is no path
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A process and those that it has started, which have not ended.</summary>
    public static IReadOnlyList<int> Tree(int root)
    {
        var tree = new List<int> { root };
        for (var next = 0; next < tree.Count; next++)
        {
            var children = Read(tree[next], $"task/{tree[next]}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            tree.AddRange(children.Select(child => int.Parse(child, CultureInfo.InvariantCulture)));
        }

        return tree;
    }

    /// <summary>A file of a process; empty where that has ended.</summary>
    public static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
