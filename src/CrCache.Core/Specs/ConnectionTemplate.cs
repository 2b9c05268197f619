using System.Globalization;
using System.Text;
using CrCache.Diagnostics;

namespace CrCache.Specs;

/// <summary>
/// A connection string with placeholders: <c>{host}</c>, <c>{port}</c> (the main port), <c>{port:NAME}</c>, and
/// <c>{env:NAME}</c> for a variable of the container. <c>{{</c> and <c>}}</c> stand for braces.
/// </summary>
internal static class ConnectionTemplate
{
    /// <summary>Fills it in.</summary>
    /// <param name="spec">The spec that has the template, ports and variables.</param>
    /// <param name="host">The host.</param>
    /// <param name="ports">The published port by the port's name.</param>
    /// <exception cref="CrCacheException">The template is malformed (CRC2009).</exception>
    public static string Fill(CheckpointSpec spec, string host, IReadOnlyDictionary<string, int> ports)
    {
        var template = spec.ConnectionString ?? "";
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            var c = template[i];
            if (c is '{' or '}' && i + 1 < template.Length && template[i + 1] == c)
            {
                text.Append(c);
                i++;
            }
            else if (c == '{')
            {
                var end = template.IndexOf('}', i);
                text.Append(end < 0 ? throw Malformed(spec, "a '{' is never closed") : Value(spec, template[(i + 1)..end], host, ports));
                i = end;
            }
            else
            {
                text.Append(c == '}' ? throw Malformed(spec, "a '}' was never opened") : c);
            }
        }

        return text.ToString();
    }

    /// <summary>Throws where <see cref="Fill"/> would, before anything is started.</summary>
    public static void Check(CheckpointSpec spec) => Fill(spec, "host", spec.Ports.ToDictionary(port => port.Name, port => port.Number));

    private static string Value(CheckpointSpec spec, string placeholder, string host, IReadOnlyDictionary<string, int> ports)
    {
        var colon = placeholder.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = colon < 0 ? (placeholder, null) : (placeholder[..colon], placeholder[(colon + 1)..]);
        return (kind, name) switch
        {
            ("host", null) => host,
            ("port", null) when spec.Ports.Count > 0 => Number(ports[spec.Ports[0].Name]),
            ("port", not null) when ports.TryGetValue(name, out var port) => Number(port),
            ("env", not null) when spec.Environment.TryGetValue(name, out var value) => value,
            _ => throw Malformed(spec, $"'{{{placeholder}}}' is not known here"),
        };
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static CrCacheException Malformed(CheckpointSpec spec, string why) => new(
        ErrorCodes.MalformedTemplate,
        $"{spec.Name}: ConnectionString=\"{spec.ConnectionString}\" is malformed: {why}. Use {{host}}, {{port}}"
        + string.Concat(spec.Ports.Select(port => $", {{port:{port.Name}}}"))
        + string.Concat(spec.Environment.Keys.Select(name => $", {{env:{name}}}"))
        + "; write {{ and }} for braces.");
}
