namespace CrCache.Engines;

/// <summary>One row of a list of containers.</summary>
public sealed record ContainerSummary(string Id, string Name, string Image, DateTimeOffset Created, IReadOnlyDictionary<string, string> Labels);
