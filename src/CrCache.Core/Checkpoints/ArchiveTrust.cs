using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Registries;

namespace CrCache.Checkpoints;

/// <summary>
/// Whose memory is restored: what this user's crcache has made, what the team's key has signed, and what comes straight from a
/// registry that the project trusts. Files need no trust: a container that starts from them is confined like any other.
/// </summary>
/// <param name="keys">The keys that sign, and are accepted.</param>
/// <param name="trusted">The repository that the project trusts with all below it, or null.</param>
public sealed class ArchiveTrust(ArchiveKeys keys, RegistryReference? trusted)
{
    /// <summary>The variable that says what <c>--registry-trust</c> says.</summary>
    public const string Variable = "CRCACHE_REGISTRY_TRUST";

    /// <summary>Those keys.</summary>
    internal ArchiveKeys Keys => keys;

    /// <summary>Who is trusted, so that it can be told whether that has changed.</summary>
    internal string Description => string.Join(' ', keys.TeamIds.Order(StringComparer.Ordinal).Append(trusted?.ToString()));

    /// <summary>Why the memory of an archive is not restored, in one line without a code; null where it is.</summary>
    /// <param name="archive">The archive, unpacked and verified.</param>
    /// <param name="from">The repository that it was fetched from just now, or null.</param>
    internal string? WhyForeign(UnpackedArchive archive, RegistryReference? from) => IsAuthentic(archive) || Covers(from)
        ? null
        : $"the memory of {archive.Record.Spec.Name} comes from {from?.ToString() ?? "a file that was not made here"} and is not signed by "
            + (keys.TeamIds.Any() ? $"a key in {ArchiveKeys.Variable}" : $"your team: {ArchiveKeys.Variable} is not set")
            + $". Set that to the team's key, or name a registry that you trust in CrCacheRegistryTrust (docs/registry.md).";

    /// <summary>Whether who made an archive had one of the keys.</summary>
    internal bool IsAuthentic(UnpackedArchive archive) => keys.Accept(archive.Signatures!);

    /// <summary>The repository that is noted with memory that nobody has signed and that the project trusts.</summary>
    internal string? TrustedFrom(UnpackedArchive archive, RegistryReference? from) => IsAuthentic(archive) ? null : from?.ToString();

    /// <summary>What an engine has, as far as it is trusted: of another project's trust the memory is left out.</summary>
    internal InstalledCheckpoint Limit(InstalledCheckpoint stored) =>
        stored.TrustedFrom is not { } from || Covers(RegistryReference.Parse(from))
            ? stored
            : stored with
            {
                Memory = null,
                WhyNoMemory = $"{ErrorCodes.MemoryNotAuthentic}: the memory of {stored.Name} comes from {from}, which another project "
                    + "trusts and this one does not: CrCacheRegistryTrust says whom (docs/registry.md).",
            };

    private bool Covers(RegistryReference? from) => from is not null && trusted?.Covers(from) == true;
}
