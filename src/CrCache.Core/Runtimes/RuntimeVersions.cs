namespace CrCache.Runtimes;

/// <summary>What crcache-runc finds on the engine's machine; null for what is not installed.</summary>
internal sealed record RuntimeVersions(string? Criu, string? Runc);
