using System.Text;
using System.Text.RegularExpressions;

namespace CrCache.Engines.Docker;

/// <summary>
/// One pattern of a .dockerignore, by the rules of moby's patternmatcher: <c>*</c> and <c>?</c> stop at a slash, <c>**</c> does not,
/// <c>[a-z]</c> and <c>[^a-z]</c> are one character, and a backslash takes the next one as it is.
/// </summary>
internal sealed class IgnorePattern
{
    private const string NotSlash = "[^/]";
    private readonly string[] _folders;
    private readonly Regex _regex;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public IgnorePattern(string text)
    {
        var pattern = Clean(text);
        _folders = pattern.Split('/');
        _regex = new Regex($@"\A{Translate(pattern)}\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>True where it matches a path, or a folder that the path is in.</summary>
    public bool MatchesOrHolds(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (_regex.IsMatch(path[..slash]))
            {
                return true;
            }
        }

        return _regex.IsMatch(path);
    }

    /// <summary>True where it may match something in a folder. A wildcard may match anything.</summary>
    public bool MayMatchIn(string folder)
    {
        foreach (var (mine, other) in _folders.Zip(folder.Split('/')))
        {
            if (mine.AsSpan().IndexOfAny(@"*?[\") >= 0)
            {
                return true;
            }

            if (mine != other)
            {
                return false;
            }
        }

        return true;
    }

    // As Go's filepath.Clean does, and without the slash at the start: all paths are relative to the context.
    private static string Clean(string text)
    {
        var parts = new List<string>();
        foreach (var part in text.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".." || !text.StartsWith('/'))
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    private static string Translate(string pattern)
    {
        // "**" before plain text is the one form that need not end at a slash: "**.log" and "**log" match any/x.log.
        if (pattern.StartsWith("**", StringComparison.Ordinal) && pattern.AsSpan(2).IndexOfAny(@"*?[]\") < 0)
        {
            var rest = Regex.Escape(pattern[2..]);
            return pattern.AsSpan(2).StartsWith("/") ? $"(.*/)?{rest[1..]}" : $".*{rest}";
        }

        var regex = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i += i + 2 < pattern.Length && pattern[i + 2] == '/' ? 2 : 1;
                    regex.Append(i + 1 < pattern.Length ? "(.*/)?" : ".*");
                    break;
                case '*':
                    regex.Append(NotSlash).Append('*');
                    break;
                case '?':
                    regex.Append(NotSlash);
                    break;
                case '[':
                    regex.Append(ReadClass(pattern, ref i));
                    break;
                default:
                    regex.Append(Escape(ReadCharacter(pattern, ref i)));
                    break;
            }
        }

        return regex.ToString();
    }

    // From the bracket that opens it to the one that closes it.
    private static string ReadClass(string pattern, ref int i)
    {
        var regex = new StringBuilder("[");
        i++;
        if (i < pattern.Length && pattern[i] == '^')
        {
            regex.Append('^');
            i++;
        }

        var first = i;
        for (; i < pattern.Length && (pattern[i] != ']' || i == first); i++)
        {
            var low = ReadMember(pattern, ref i);
            regex.Append(Escape(low));
            if (i + 1 < pattern.Length && pattern[i + 1] == '-')
            {
                i += 2;
                var high = ReadMember(pattern, ref i);
                regex.Append('-').Append(Escape(high < low ? throw Malformed(pattern) : high));
            }
        }

        return i < pattern.Length ? regex.Append(']').ToString() : throw Malformed(pattern);
    }

    private static char ReadMember(string pattern, ref int i) =>
        i < pattern.Length && pattern[i] is not ('-' or ']') ? ReadCharacter(pattern, ref i) : throw Malformed(pattern);

    private static char ReadCharacter(string pattern, ref int i)
    {
        if (pattern[i] != '\\')
        {
            return pattern[i];
        }

        i++;
        return i < pattern.Length ? pattern[i] : throw Malformed(pattern);
    }

    private static string Escape(char character) => $@"\u{(int)character:x4}";

    private static FormatException Malformed(string pattern) => new($"the pattern '{pattern}' is malformed.");
}
