namespace CrCache.Engines;

/// <summary>A volume, as the engine lists it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was made, by the engine's clock; the latest of all times where the engine does not say.</param>
/// <param name="Labels">Its labels.</param>
public sealed record VolumeSummary(string Name, DateTimeOffset Created, IReadOnlyDictionary<string, string> Labels);
