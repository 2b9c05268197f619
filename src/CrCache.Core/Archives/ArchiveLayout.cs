using System.Text.RegularExpressions;
using CrCache.Criu;

namespace CrCache.Archives;

/// <summary>
/// The members of an archive, and the same as files of an unpacked one: the layout that Podman and CRI-O write, and what
/// CrCache adds in a folder of its own.
/// </summary>
internal static partial class ArchiveLayout
{
    /// <summary>The record; the first member, so that reading it reads nothing else.</summary>
    public const string Record = "crcache/checkpoint.json";

    /// <summary>The digests of all members before it; behind them, so that a file that was cut off has none.</summary>
    public const string Digests = "crcache/sha256sums";

    /// <summary>Who has signed the digests; the last member, where anybody has.</summary>
    public const string Signatures = "crcache/signature";

    /// <summary>The folder of the stopped container's file system.</summary>
    public const string CleanFolder = "crcache/clean/";

    /// <summary>CRIU's images. The directory itself must be a member.</summary>
    public const string Dump = "checkpoint/";

    /// <summary>What the container was, for Podman and checkpointctl.</summary>
    public const string Config = "config.dump";

    /// <summary>The OCI runtime's configuration of the container.</summary>
    public const string Spec = "spec.dump";

    /// <summary>CRIU's statistics of the dump.</summary>
    public const string Statistics = "stats-dump";

    /// <summary>Whether an archive may have a member of that name.</summary>
    public static bool Knows(string member) => Known().IsMatch(member);

    /// <summary>The members of an unpacked archive in the order in which they are written; not the first and the last ones.</summary>
    public static IEnumerable<string> MembersOf(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(directory, file).Replace('\\', '/'))
            .Where(member => member is not (Record or Digests or Signatures))
            .OrderBy(member => member.StartsWith(Dump, StringComparison.Ordinal))
            .ThenBy(member => member == Dump + DumpFiles.Inventory)
            .ThenBy(member => member, StringComparer.Ordinal);

    // One level of names without a dot in front, and no longer than file systems allow: nothing here can lead anywhere else.
    [GeneratedRegex(
        @"\A(crcache/(checkpoint\.json|sha256sums|signature)"
        + @"|(crcache/clean/)?(rootfs-diff\.tar|deleted\.files|volumes/[A-Za-z0-9_-]{1,200}\.tar)"
        + @"|checkpoint/[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}"
        + @"|config\.dump|spec\.dump|stats-dump)\z")]
    private static partial Regex Known();
}
