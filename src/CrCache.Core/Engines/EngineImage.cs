namespace CrCache.Engines;

/// <summary>An image on an engine.</summary>
/// <param name="Id">Its digest, <c>sha256:…</c>.</param>
/// <param name="Platform">Operating system and architecture, for instance <c>linux/amd64</c>.</param>
/// <param name="Volumes">The directories that the image declares as volumes.</param>
public sealed record EngineImage(string Id, string Platform, IReadOnlyList<string> Volumes);
