using System.Globalization;
using System.Text;

namespace CrCache.Shared;

/// <summary>
/// Writes JSON, by hand: it is a few lines, and a serializer would be a dependency in a test host, or cost an up-to-date build
/// its start-up.
/// </summary>
internal static class JsonWriter
{
    /// <summary>One flat object without a line break in it, whatever the values hold.</summary>
    public static string Object(params (string Name, string Value)[] members)
    {
        var json = new StringBuilder("{");
        foreach (var (name, value) in members)
        {
            json.Append(json.Length > 1 ? "," : "").AppendJson(name).Append(':').AppendJson(value);
        }

        return json.Append('}').ToString();
    }

    /// <summary>Appends a text as a string of JSON.</summary>
    public static StringBuilder AppendJson(this StringBuilder json, string value)
    {
        json.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                < ' ' => json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => json.Append(c),
            };
        }

        return json.Append('"');
    }
}
