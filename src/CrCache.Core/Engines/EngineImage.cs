namespace CrCache.Engines;

/// <summary>An image on an engine.</summary>
/// <param name="Id">Its digest, <c>sha256:…</c>.</param>
/// <param name="Platform">Operating system and architecture, for instance <c>linux/amd64</c>.</param>
/// <param name="Volumes">The directories that the image declares as volumes.</param>
/// <param name="Ports">The TCP ports that the image declares.</param>
/// <param name="HealthCommand">The command of the image's HEALTHCHECK, or null.</param>
public sealed record EngineImage(
    string Id, string Platform, IReadOnlyList<string> Volumes, IReadOnlyList<int> Ports, IReadOnlyList<string>? HealthCommand);
