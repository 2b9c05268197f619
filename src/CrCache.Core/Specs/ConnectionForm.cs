using System.Data.Common;
using System.Text;
using System.Text.RegularExpressions;

namespace CrCache.Specs;

/// <summary>
/// How a value is written into a connection string. The beginning of the template says it: <c>scheme://</c> is a URI, whose values are
/// percent-encoded; <c>Key=</c> are pairs as ADO.NET has them, whose values are quoted; in anything else they stand as they are.
/// </summary>
internal static partial class ConnectionForm
{
    /// <summary>Whether a template gives a URI, and no JDBC URL.</summary>
    public static bool IsUri(string? template) => template is not null && UriStart().IsMatch(template) && !IsJdbc(template);

    /// <summary>Whether a template gives a JDBC URL.</summary>
    public static bool IsJdbc(string? template) => template is not null && template.StartsWith("jdbc:", StringComparison.Ordinal);

    /// <summary>A value as it stands in place of a placeholder.</summary>
    /// <param name="template">The template.</param>
    /// <param name="start">Where the placeholder begins in it.</param>
    /// <param name="end">Where it ends: the index after its brace.</param>
    /// <param name="value">The value.</param>
    /// <returns>The text; null for a value that must be quoted where it is only a part of what a key gets.</returns>
    public static string? Write(string template, int start, int end, string value) =>
        UriStart().IsMatch(template) ? Uri.EscapeDataString(value)
        : PairsStart().IsMatch(template) ? InPair(template[..start], template[end..], value)
        : value;

    private static string? InPair(string before, string after, string value)
    {
        var (pair, quote) = PairAt(before);
        if (quote != '\0')
        {
            return value.Replace(quote.ToString(), new string(quote, 2), StringComparison.Ordinal);
        }

        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        var isAll = equals >= 0 && string.IsNullOrWhiteSpace(pair[(equals + 1)..]) && after.TrimStart() is "" or [';', ..];
        return isAll ? Quoted(value) : Part().IsMatch(value) ? value : null;
    }

    // What of a pair stands before a placeholder, and in which quotes that is.
    private static (string Pair, char Quote) PairAt(string before)
    {
        var (start, quote) = (0, '\0');
        for (var i = 0; i < before.Length; i++)
        {
            var c = before[i];
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c == ';')
            {
                start = i + 1;
            }
            else if (c is '"' or '\'' && before[start..i].TrimEnd().EndsWith('='))
            {
                quote = c;
            }
        }

        return (before[start..], quote);
    }

    // .NET's own rules, whose assembly is loaded for a value that is not plain only.
    private static string Quoted(string value)
    {
        if (Plain().IsMatch(value))
        {
            return value;
        }

        const string Key = "k";
        var text = new StringBuilder();
        DbConnectionStringBuilder.AppendKeyValuePair(text, Key, value);
        return text.ToString(Key.Length + 1, text.Length - Key.Length - 1);
    }

    [GeneratedRegex("""\A[A-Za-z][A-Za-z0-9+.:-]*://""")]
    private static partial Regex UriStart();

    [GeneratedRegex("""\A\s*[A-Za-z][A-Za-z0-9_. -]*=""")]
    private static partial Regex PairsStart();

    [GeneratedRegex("""\A[A-Za-z0-9_.-]*\z""")]
    private static partial Regex Plain();

    [GeneratedRegex("""\A[^;"'\p{Cc}]*\z""")]
    private static partial Regex Part();
}
