namespace CrCache.Registries;

/// <summary>A checkpoint that a registry has.</summary>
/// <param name="Record">What the registry was told of it.</param>
/// <param name="Digest">The manifest's digest, <c>sha256:…</c>.</param>
/// <param name="ArchiveDigest">The archive's digest, <c>sha256:…</c>.</param>
/// <param name="ArchiveSize">The archive's size in bytes.</param>
public sealed record RemoteCheckpoint(RegistryRecord Record, string Digest, string ArchiveDigest, long ArchiveSize);
