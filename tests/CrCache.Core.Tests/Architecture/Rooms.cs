using System.Text.RegularExpressions;

namespace CrCache.Core.Tests.Architecture;

/// <summary>
/// The arrow line of docs/how-it-works.md: Core's folders from the top down, in the first fenced block of the section "The rooms of
/// Core". Each line names one or several, separated by spaces or commas; what follows after two spaces or more is for people.
/// </summary>
internal sealed partial class Rooms
{
    private readonly Dictionary<string, int> _levels;

    private Rooms(Dictionary<string, int> levels) => _levels = levels;

    /// <summary>All that are named.</summary>
    public IReadOnlyCollection<string> Names => _levels.Keys;

    /// <summary>Reads them from a page.</summary>
    public static Rooms Read(string page)
    {
        var block = Block().Match(page);
        Assert.True(block.Success, "docs/how-it-works.md has no section \"The rooms of Core\" with a fenced block in it");
        var lines = block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new Rooms(lines
            .SelectMany((line, level) => Explanation().Split(line.Trim())[0]
                .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(name => (name, level)))
            .ToDictionary(room => room.name, room => room.level));
    }

    /// <summary>Whether one may use the other: that is further down.</summary>
    public bool MayUse(string room, string other) =>
        _levels.TryGetValue(room, out var level) && _levels.TryGetValue(other, out var otherLevel) && level < otherLevel;

    [GeneratedRegex(@"^#+ The rooms of Core *\n(?:(?!#).*\n)*?```.*\n(?<lines>(?:(?!```).*\n)*)```", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Explanation();
}
