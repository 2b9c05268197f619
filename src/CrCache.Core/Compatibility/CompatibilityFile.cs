namespace CrCache.Compatibility;

/// <summary>The shape of compatibility.json.</summary>
internal sealed record CompatibilityFile(IReadOnlyList<CompatibilityRow> Rows);
