using System.Text;
using CrCache.Shared;

namespace CrCache.Tasks;

/// <summary>The text of an item file.</summary>
internal static class ItemJson
{
    /// <summary><c>{ "name": …, "directory": …, "inputs": …, "metadata": { … } }</c></summary>
    public static string Write(string name, string directory, IEnumerable<KeyValuePair<string, string>> metadata, string? inputs)
    {
        var json = new StringBuilder();
        json.Append("{\n  \"name\": ").AppendJson(name);
        json.Append(",\n  \"directory\": ").AppendJson(directory);
        if (inputs is not null)
        {
            json.Append(",\n  \"inputs\": ").AppendJson(inputs);
        }

        json.Append(",\n  \"metadata\": {");
        var separator = "\n    ";
        foreach (var pair in metadata)
        {
            json.Append(separator).AppendJson(pair.Key).Append(": ").AppendJson(pair.Value);
            separator = ",\n    ";
        }

        return json.Append("\n  }\n}\n").ToString();
    }
}
