namespace CrCache.Engines;

/// <summary>One row of a list of images: a name with its tag, and what it is the name of.</summary>
public sealed record ImageSummary(string Name, long Bytes, IReadOnlyDictionary<string, string> Labels);
