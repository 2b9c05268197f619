using System.Globalization;
using System.Text;

namespace CrCache.Tasks;

/// <summary>The text of an item file, by hand: a serializer would cost every up-to-date build its start-up.</summary>
internal static class ItemJson
{
    /// <summary><c>{ "name": …, "directory": …, "inputs": …, "metadata": { … } }</c></summary>
    public static string Write(string name, string directory, IEnumerable<KeyValuePair<string, string>> metadata, string? inputs)
    {
        var json = new StringBuilder();
        json.Append("{\n  \"name\": ").AppendString(name);
        json.Append(",\n  \"directory\": ").AppendString(directory);
        if (inputs is not null)
        {
            json.Append(",\n  \"inputs\": ").AppendString(inputs);
        }

        json.Append(",\n  \"metadata\": {");
        var separator = "\n    ";
        foreach (var pair in metadata)
        {
            json.Append(separator).AppendString(pair.Key).Append(": ").AppendString(pair.Value);
            separator = ",\n    ";
        }

        return json.Append("\n  }\n}\n").ToString();
    }

    private static StringBuilder AppendString(this StringBuilder json, string value)
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
