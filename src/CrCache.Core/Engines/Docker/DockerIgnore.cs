namespace CrCache.Engines.Docker;

/// <summary>A .dockerignore: patterns in order, the last one that matches decides, <c>!</c> takes a file back in.</summary>
internal sealed class DockerIgnore
{
    /// <summary>The file's name.</summary>
    public const string FileName = ".dockerignore";

    private readonly List<(IgnorePattern Pattern, bool TakesBackIn)> _rules = [];

    /// <summary>Reads the lines of one.</summary>
    /// <exception cref="FormatException">A pattern is malformed.</exception>
    public DockerIgnore(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => !line.StartsWith('#')).Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            var takesBackIn = line[0] == '!';
            var text = takesBackIn ? line[1..].Trim() : line;
            if (text.Length == 0)
            {
                throw new FormatException("a pattern that is only '!' takes nothing back in.");
            }

            _rules.Add((new IgnorePattern(text), takesBackIn));
        }
    }

    /// <summary>The one of a folder, or one that ignores nothing.</summary>
    /// <exception cref="FormatException">A pattern is malformed.</exception>
    public static DockerIgnore Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return new DockerIgnore(File.Exists(path) ? File.ReadLines(path) : []);
    }

    /// <summary>True for a path, relative to the folder and with slashes, that the engine shall not see.</summary>
    public bool Ignores(string path)
    {
        var ignored = false;
        foreach (var (pattern, takesBackIn) in _rules)
        {
            // A rule that would change nothing need not be looked at.
            if (takesBackIn == ignored && pattern.MatchesOrHolds(path))
            {
                ignored = !takesBackIn;
            }
        }

        return ignored;
    }

    /// <summary>True where something in a folder that is ignored may not be.</summary>
    public bool MayTakeBackIn(string folder) => _rules.Exists(rule => rule.TakesBackIn && rule.Pattern.MayMatchIn(folder));
}
