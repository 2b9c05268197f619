using System.Text.Json;
using NuGet.Versioning;

namespace CrCache.Compatibility;

/// <summary>The versions that are known to work or not: compatibility.json.</summary>
public sealed class CompatibilityTable
{
    private const string Resource = "compatibility.json";

    private CompatibilityTable(IReadOnlyList<CompatibilityRow> rows) => Rows = rows;

    /// <summary>The rows; the first that holds a version decides.</summary>
    public IReadOnlyList<CompatibilityRow> Rows { get; }

    /// <summary>Reads the table that is part of this assembly.</summary>
    public static CompatibilityTable Load()
    {
        using var stream = typeof(CompatibilityTable).Assembly.GetManifestResourceStream(Resource)!;
        return new(JsonSerializer.Deserialize(stream, CompatibilityJson.Default.CompatibilityFile)!.Rows);
    }

    /// <summary>What is known of each component of an engine.</summary>
    /// <param name="versions">Versions by component, in the components' own words; null for one that is missing.</param>
    public IReadOnlyList<Assessment> Assess(IReadOnlyDictionary<string, string?> versions)
    {
        var kernel = ComponentVersion.Parse(versions.GetValueOrDefault(ComponentNames.Kernel));
        return versions.Select(entry => Assess(entry.Key, entry.Value, kernel)).ToArray();
    }

    private Assessment Assess(string component, string? version, NuGetVersion? kernel)
    {
        if (version is null)
        {
            return new Assessment(component, null, Verdict.Fails, "without it no memory is restored", "install it on the engine's machine");
        }

        if (ComponentVersion.Parse(version) is not { } parsed)
        {
            return new Assessment(component, version, Verdict.Untested, "that is no version number", null);
        }

        return Rows.FirstOrDefault(row => row.Holds(component, parsed, kernel)) is { } found
            ? new Assessment(component, version, found.Verdict, found.Reason, found.Advice)
            : new Assessment(component, version, Verdict.Untested, "nobody has tried it", "`crcache runtime check` tries it");
    }
}
