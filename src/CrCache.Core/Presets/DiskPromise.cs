using System.Text.RegularExpressions;

namespace CrCache.Presets;

/// <summary>
/// What a preset says by its <c>onDisk</c>: that all a set-up has made is on disk after an orderly stop, as long as an item changes no
/// more of the command and of the environment than this.
/// </summary>
public sealed record DiskPromise
{
    /// <summary>
    /// Regular expressions; each word of another command is one of the preset's own, or all of it matches one of these. Without any:
    /// the preset's own command alone.
    /// </summary>
    public IReadOnlyList<string> Command { get; set; } = [];

    /// <summary>The variables that an item may set.</summary>
    public IReadOnlyList<string> Environment { get; set; } = [];

    /// <summary>What of an item the promise does not hold for, without any value that may be a secret; null where it holds.</summary>
    /// <param name="preset">The preset's own command, or null.</param>
    /// <param name="command">The item's command, or null where it has none of its own.</param>
    /// <param name="variables">The names of the variables that the item sets.</param>
    internal string? Exception(IReadOnlyList<string>? preset, IReadOnlyList<string>? command, IEnumerable<string> variables)
    {
        var own = preset ?? [];
        if (command is not null
            && !command.SequenceEqual(own)
            && (Command.Count == 0 || !command.All(word => own.Contains(word) || Command.Any(allowed => IsAll(allowed, word)))))
        {
            return "its Command is not one of which its preset says that all is on disk";
        }

        return variables.FirstOrDefault(name => !Environment.Contains(name)) is { } variable
            ? $"its Environment sets {variable}, of which its preset does not say that it is harmless"
            : null;
    }

    private static bool IsAll(string expression, string word) => Regex.IsMatch(word, $@"\A(?:{expression})\z");
}
