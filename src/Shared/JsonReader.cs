using System.Globalization;
using System.Text;

namespace CrCache.Shared;

/// <summary>
/// Reads JSON: an object is a dictionary, an array a list, null is null, and everything else its text. By hand, for the reasons
/// that <see cref="JsonWriter"/> gives.
/// </summary>
internal sealed class JsonReader
{
    // Nothing of ours comes near it; somebody else's text must not overflow the stack.
    private const int DeepestNesting = 32;

    private readonly string _text;
    private int _at;
    private int _depth;

    private JsonReader(string text) => _text = text;

    private delegate bool TryRead(out object? value);

    /// <summary>The object that the text is; null when it is something else, or not JSON.</summary>
    public static IReadOnlyDictionary<string, object?>? TryReadObject(string text)
    {
        var reader = new JsonReader(text);
        var isWhole = reader.TryValue(out var value) && reader.Peek() == '\0' && reader._at == text.Length;
        return isWhole ? value as Dictionary<string, object?> : null;
    }

    private bool TryValue(out object? value)
    {
        value = null;
        return Peek() switch
        {
            '{' => TryNested('}', TryObject, out value),
            '[' => TryNested(']', TryArray, out value),
            '"' => TryString(out value),
            _ => TryWord(out value),
        };
    }

    // An object or an array, whose first character is next.
    private bool TryNested(char end, TryRead tryRead, out object? value)
    {
        _at++;
        _depth++;
        value = null;
        var read = _depth <= DeepestNesting && tryRead(out value) && TryTake(end);
        _depth--;
        return read;
    }

    private bool TryObject(out object? value)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        value = members;
        if (Peek() == '}')
        {
            return true;
        }

        do
        {
            if (Peek() != '"' || !TryString(out var name) || !TryTake(':') || !TryValue(out var member))
            {
                return false;
            }

            members[(string)name!] = member;
        }
        while (TryTake(','));
        return true;
    }

    private bool TryArray(out object? value)
    {
        var elements = new List<object?>();
        value = elements;
        if (Peek() == ']')
        {
            return true;
        }

        do
        {
            if (!TryValue(out var element))
            {
                return false;
            }

            elements.Add(element);
        }
        while (TryTake(','));
        return true;
    }

    private bool TryString(out object? value)
    {
        var text = new StringBuilder();
        value = null;
        while (++_at < _text.Length && _text[_at] is >= ' ' and not '"')
        {
            var c = _text[_at];
            if (c == '\\' && !TryEscaped(out c))
            {
                return false;
            }

            text.Append(c);
        }

        value = text.ToString();
        return _at < _text.Length && _text[_at++] == '"';
    }

    // What a backslash stands for that is next; its last character is next afterwards.
    private bool TryEscaped(out char c)
    {
        const string Letters = "\"\\/bfnrt";
        var index = ++_at < _text.Length ? Letters.IndexOf(_text[_at]) : -1;
        c = index < 0 ? '\0' : "\"\\/\b\f\n\r\t"[index];
        if (index >= 0)
        {
            return true;
        }

        if (_at + 4 < _text.Length
            && _text[_at] == 'u'
            && ushort.TryParse(_text.Substring(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            c = (char)code;
            _at += 4;
            return true;
        }

        return false;
    }

    // A number, true, false or null.
    private bool TryWord(out object? value)
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is (>= '0' and <= '9') or (>= 'a' and <= 'z') or '+' or '-' or '.' or 'E')
        {
            _at++;
        }

        var word = _text.Substring(start, _at - start);
        value = word == "null" ? null : word;
        return word is "null" or "true" or "false"
            || (word.Length > 0 && word[word.Length - 1] is >= '0' and <= '9' // not "nan", which .NET takes for a number
                && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }

    private bool TryTake(char c)
    {
        if (Peek() != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    // The next character that is no space; '\0' at the end.
    private char Peek()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }
}
