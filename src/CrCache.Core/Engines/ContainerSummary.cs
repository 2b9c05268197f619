namespace CrCache.Engines;

/// <summary>
/// One row of a list of containers. The image is named as it was when the container was created, or by its id where that name is gone.
/// </summary>
public sealed record ContainerSummary(
    string Id, string Name, string Image, DateTimeOffset Created, IReadOnlyDictionary<string, string> Labels);
