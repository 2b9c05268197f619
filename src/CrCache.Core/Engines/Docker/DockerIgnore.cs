using Microsoft.Extensions.FileSystemGlobbing;

namespace CrCache.Engines.Docker;

/// <summary>A .dockerignore: patterns in order, the last one that matches decides, <c>!</c> takes a file back in.</summary>
internal sealed class DockerIgnore
{
    private readonly List<(Matcher Matcher, bool Ignore)> _rules = [];

    public DockerIgnore(IEnumerable<string> lines)
    {
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var pattern = line.TrimStart('!').Trim().Trim('/');
            var matcher = new Matcher(StringComparison.Ordinal);
            matcher.AddInclude(pattern);
            matcher.AddInclude(pattern + "/**/*");
            _rules.Add((matcher, line[0] != '!'));
        }
    }

    /// <summary>The one of a folder, or one that ignores nothing.</summary>
    public static DockerIgnore Read(string folder)
    {
        var path = Path.Combine(folder, ".dockerignore");
        return new DockerIgnore(File.Exists(path) ? File.ReadLines(path) : []);
    }

    /// <summary>True for a path, relative to the folder, that the engine shall not see.</summary>
    public bool Ignores(string path) => _rules.LastOrDefault(rule => rule.Matcher.Match(path).HasMatches).Ignore;
}
