using System.Globalization;
using CrCache.Engines;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Leases;

/// <summary>The environment variables that tell tests where their containers are (docs/protocol.md).</summary>
public static class LeaseVariables
{
    private const string Host = ContainerDefinition.PublishedHost;

    /// <summary>The variables of one container, in a fixed order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(RestoredContainer container)
    {
        var name = container.Spec.Name;
        var prefix = $"CRCACHE_{Normalize(name)}";
        if (container.Spec.ConnectionString is not null)
        {
            yield return new($"ConnectionStrings__{name}", ConnectionTemplate.Fill(container.Spec, Host, container.Ports));
        }

        foreach (var port in container.Spec.Ports)
        {
            var number = container.Ports[port.Name];
            yield return new(
                $"services__{name}__{port.Name}__0",
                string.Create(CultureInfo.InvariantCulture, $"{Scheme(port.Name)}://{Host}:{number}"));
        }

        yield return new($"{prefix}_HOST", Host);
        foreach (var (port, index) in container.Spec.Ports.Select((port, index) => (port, index)))
        {
            // The main port has no name of its own in the variable.
            var middle = index == 0 ? "" : $"_{Normalize(port.Name)}";
            yield return new($"{prefix}{middle}_PORT", container.Ports[port.Name].ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Scheme(string port) => port is "http" or "https" ? port : "tcp";

    /// <summary>A name as part of a variable's name: upper case, everything but letters and digits as <c>_</c>.</summary>
    internal static string Normalize(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}
