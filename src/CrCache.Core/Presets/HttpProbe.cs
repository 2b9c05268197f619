using System.Text.Json.Serialization;

namespace CrCache.Presets;

/// <summary>
/// A request that a ready server answers with a status of 200 to 399. As text, in a file and in a key: <c>http/health</c>.
/// </summary>
/// <param name="Port">The port's name; where the user wrote it, also its number, or nothing for the main port.</param>
/// <param name="Path">The path and the query, from their slash on.</param>
[JsonConverter(typeof(HttpProbeConverter))]
public sealed record HttpProbe(string Port, string Path)
{
    /// <summary>Reads <c>port/path</c>; without a slash the path is <c>/</c>.</summary>
    public static HttpProbe Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new HttpProbe(text, "/") : new HttpProbe(text[..slash], text[slash..]);
    }

    /// <inheritdoc />
    public override string ToString() => Port + Path;
}
