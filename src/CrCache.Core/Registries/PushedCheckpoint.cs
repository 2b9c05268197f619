namespace CrCache.Registries;

/// <summary>What a push has done.</summary>
/// <param name="Digest">The manifest's digest, <c>sha256:…</c>; the same archive and record always have the same.</param>
/// <param name="SentBytes">The bytes of blobs that the registry did not have yet; 0 where it had everything.</param>
public sealed record PushedCheckpoint(string Digest, long SentBytes);
