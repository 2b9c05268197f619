using System.Globalization;
using System.Text;
using CrCache.Diagnostics;

namespace CrCache.Specs;

/// <summary>
/// A connection string with placeholders: <c>{host}</c>, <c>{port}</c> (the main port), <c>{port:NAME}</c>, <c>{env:NAME}</c> for a
/// variable of the container, <c>{user}</c> and <c>{password}</c> of the <see cref="CheckpointSpec.Account"/>. <c>{{</c> and <c>}}</c>
/// stand for braces. How a value is written there is what <see cref="ConnectionForm"/> says.
/// </summary>
internal static class ConnectionTemplate
{
    /// <summary>Fills it in.</summary>
    /// <param name="spec">The spec that has ports, variables and the account.</param>
    /// <param name="template">The template: the spec's connection string, URI or JDBC URL.</param>
    /// <param name="host">The host.</param>
    /// <param name="ports">The published port by the port's name.</param>
    /// <exception cref="CrCacheException">The template is malformed (CRC2009).</exception>
    public static string Fill(CheckpointSpec spec, string template, string host, IReadOnlyDictionary<string, int> ports)
    {
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
                if (end < 0)
                {
                    throw Malformed(spec, template, "a '{' is never closed");
                }

                var placeholder = template[(i + 1)..end];
                text.Append(Place(spec, placeholder, host, ports) ?? Write(spec, template, i, end + 1));
                i = end;
            }
            else
            {
                text.Append(c == '}' ? throw Malformed(spec, template, "a '}' was never opened") : c);
            }
        }

        return text.ToString();
    }

    /// <summary>Throws where <see cref="Fill"/> would, for each template, before anything is started.</summary>
    public static void Check(CheckpointSpec spec)
    {
        var ports = spec.Ports.ToDictionary(port => port.Name, port => port.Number);
        foreach (var template in new[] { spec.ConnectionString, spec.Uri, spec.Jdbc })
        {
            Fill(spec, template ?? "", "host", ports);
        }
    }

    // Where the server is; null for a placeholder that is a value.
    private static string? Place(CheckpointSpec spec, string placeholder, string host, IReadOnlyDictionary<string, int> ports) =>
        Split(placeholder) switch
        {
            ("host", null) => host,
            ("port", null) when spec.Ports.Count > 0 => Number(ports[spec.Ports[0].Name]),
            ("port", { } name) when ports.TryGetValue(name, out var port) => Number(port),
            _ => null,
        };

    private static string Write(CheckpointSpec spec, string template, int start, int end)
    {
        var placeholder = template[start..end];
        var value = Split(placeholder[1..^1]) switch
        {
            ("env", { } name) when spec.Environment.TryGetValue(name, out var variable) => variable,
            ("user", null) when spec.Account is { } account => account.User,
            ("password", null) when spec.Account is { } account => account.Password,
            _ => throw Malformed(spec, template, $"'{placeholder}' is not known here"),
        };
        return ConnectionForm.Write(template, start, end, value) ?? throw Malformed(
            spec, template, $"the value of '{placeholder}' must be quoted, so it has to be all that its key gets: Key={placeholder}");
    }

    private static (string Kind, string? Name) Split(string placeholder)
    {
        var colon = placeholder.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (placeholder, null) : (placeholder[..colon], placeholder[(colon + 1)..]);
    }

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static CrCacheException Malformed(CheckpointSpec spec, string template, string why) => new(
        ErrorCodes.MalformedTemplate,
        $"{spec.Name}: ConnectionString=\"{template}\" is malformed: {why}. Use {{host}}, {{port}}"
        + string.Concat(spec.Ports.Select(port => $", {{port:{port.Name}}}"))
        + (spec.Account is null ? "" : ", {user}, {password}")
        + string.Concat(spec.Environment.Keys.Select(name => $", {{env:{name}}}"))
        + "; write {{ and }} for braces.");
}
