using System.Globalization;
using CrCache.Checkpoints;

namespace CrCache.Leases;

/// <summary>The environment variables that tell tests where their containers are (docs/protocol.md).</summary>
public static class LeaseVariables
{
    private const string Host = "127.0.0.1";

    /// <summary>The variables of one container, in a fixed order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(RestoredContainer container)
    {
        var name = container.Spec.Name;
        var prefix = $"CRCACHE_{Normalize(name)}";
        var main = container.Spec.Ports.Keys.First();
        var port = container.Ports[main].ToString(CultureInfo.InvariantCulture);
        if (container.Spec.ConnectionString is { Length: > 0 } template)
        {
            yield return new($"ConnectionStrings__{name}", template
                .Replace("{host}", Host, StringComparison.Ordinal)
                .Replace("{port}", port, StringComparison.Ordinal));
        }

        foreach (var (endpoint, number) in container.Ports)
        {
            yield return new($"services__{name}__{endpoint}__0", string.Create(CultureInfo.InvariantCulture, $"{endpoint}://{Host}:{number}"));
        }

        yield return new($"{prefix}_HOST", Host);
        yield return new($"{prefix}_PORT", port);
    }

    /// <summary>A name as part of a variable's name: upper case, everything but letters and digits as <c>_</c>.</summary>
    internal static string Normalize(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
}
