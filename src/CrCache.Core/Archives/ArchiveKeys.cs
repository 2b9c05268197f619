using System.Text;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Ownership;
using CrCache.Store;

namespace CrCache.Archives;

/// <summary>
/// The keys by which this user's crcache signs archives and knows them again: those of the team, from the environment, and one of
/// the store's own. That one says "made here" wherever the file goes and comes back from; it never leaves the store's directory.
/// </summary>
public sealed class ArchiveKeys
{
    /// <summary>The variable with the team's keys: the first signs, all are accepted.</summary>
    public const string Variable = "CRCACHE_REGISTRY_KEY";

    private const string Folder = "keys";
    private const string FileName = "made-here";
    private readonly StoreDirectory _directory;
    private readonly IReadOnlyList<SigningKey> _team;

    /// <summary>Reads the team's keys; the store's own is read, or made, when it is needed.</summary>
    /// <param name="root">The store's directory.</param>
    /// <param name="team">Keys with commas between them, or null.</param>
    /// <exception cref="CrCacheException">One is none (CRC2013).</exception>
    public ArchiveKeys(string root, string? team)
    {
        _directory = new StoreDirectory(root);
        _team = (team ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select((text, index) => SigningKey.TryParse(text) ?? throw new CrCacheException(
                ErrorCodes.BadRegistryKey,
                $"The key number {index + 1} in {Variable} is none: it must be {SigningKey.Length} random bytes at least, in base64 or "
                + "hexadecimal digits. `crcache registry key` makes one."))
            .ToArray();
    }

    /// <summary>A new key for a team, as <see cref="Variable"/> wants it.</summary>
    public static string NewText() => SigningKey.NewText();

    /// <summary>The ids of the team's keys.</summary>
    internal IEnumerable<string> TeamIds => _team.Select(key => key.Id);

    /// <summary>What an archive of these digests has as its signature.</summary>
    internal string Sign(ReadOnlySpan<byte> digests) => ArchiveSignatures.Write(digests, [Own(), .. _team.Take(1)]);

    /// <summary>Whether an archive is the team's, or was made by this user's crcache.</summary>
    internal bool Accept(ArchiveSignatures signatures) =>
        _team.Any(signatures.AreOf) || (FindOwn() is { } own && signatures.AreOf(own));

    /// <summary>Whether an archive has the signature that the team's members are to find there; true without a team.</summary>
    internal bool AreComplete(ArchiveSignatures signatures) => _team.Take(1).All(signatures.AreOf);

    private string OwnPath => Path.Combine(_directory.Root, Folder, FileName);

    private SigningKey? FindOwn()
    {
        try
        {
            return File.Exists(OwnPath) ? SigningKey.TryParse(File.ReadAllText(OwnPath)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.Of(e, OwnPath);
        }
    }

    private SigningKey Own()
    {
        if (FindOwn() is { } own)
        {
            return own;
        }

        var temporary = OwnedTemporary.In(_directory.Create(Folder));
        try
        {
            using (var file = PrivateFile.Create(temporary))
            {
                file.Write(Encoding.ASCII.GetBytes(SigningKey.NewText()));
            }

            // Of two processes that make the first one at the same time both have the one that was there first.
            PrivateFile.NameOnce(temporary, OwnPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            if (!File.Exists(OwnPath))
            {
                throw StoreFailure.Of(e, OwnPath);
            }
        }

        return FindOwn() ?? throw StoreFailure.Unusable($"{OwnPath} is no key any more: delete it.");
    }
}
