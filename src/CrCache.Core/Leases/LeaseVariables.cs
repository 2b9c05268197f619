using System.Globalization;
using CrCache.Engines;
using CrCache.Restoring;
using CrCache.Shared;
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
        if (container.Spec.ConnectionString is { } template)
        {
            var text = Fill(container, template);
            foreach (var variable in Spellings($"ConnectionStrings__{name}"))
            {
                yield return new(variable, text);
            }
        }

        foreach (var port in container.Spec.Ports)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"{Scheme(port.Name)}://{Host}:{container.Ports[port.Name]}");
            foreach (var variable in Spellings($"services__{name}__{port.Name}__0"))
            {
                yield return new(variable, address);
            }
        }

        yield return new($"{prefix}_HOST", Host);
        foreach (var (port, index) in container.Spec.Ports.Select((port, index) => (port, index)))
        {
            // The main port has no name of its own in the variable.
            var middle = index == 0 ? "" : $"_{Normalize(port.Name)}";
            yield return new($"{prefix}{middle}_PORT", container.Ports[port.Name].ToString(CultureInfo.InvariantCulture));
        }

        if (container.Spec.Uri is { } uri)
        {
            yield return new($"{prefix}_URI", Fill(container, uri));
        }

        if (container.Spec.Jdbc is { } jdbc)
        {
            yield return new($"{prefix}_JDBC", Fill(container, jdbc));
        }
    }

    private static string Fill(RestoredContainer container, string template) =>
        ConnectionTemplate.Fill(container.Spec, template, Host, container.Ports);

    // A shell drops variables whose name it could not write, such as one with a hyphen: they are there by a second name as well.
    private static IEnumerable<string> Spellings(string variable) => new[] { variable, ItemName.InVariable(variable) }.Distinct();

    private static string Scheme(string port) => port is "http" or "https" ? port : "tcp";

    /// <summary>A name as part of a variable's name: upper case, everything but letters and digits as <c>_</c>.</summary>
    internal static string Normalize(string name) => ItemName.InVariable(name).ToUpperInvariant();
}
