using System.Security.Cryptography;
using System.Text;
using CrCache.Specs;

namespace CrCache.Keys;

/// <summary>
/// The parts of a key as people, and the store, may see them: a secret is the start of its hash, which still shows that
/// it has changed.
/// </summary>
public static class ShownParts
{
    private const int LongestValue = 120;
    private static readonly string[] SecretWords = ["PASSWORD", "PASSWD", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "REQUIREPASS"];

    /// <summary>The parts of a spec's key, in their order.</summary>
    public static IReadOnlyList<KeyPart> Of(CheckpointSpec spec)
    {
        var parts = new List<KeyPart>();
        var previous = "";
        foreach (var (name, value) in CheckpointKey.Parts(spec))
        {
            // An option's value follows it as the next word of the command: --requirepass 1234, or --requirepass=1234.
            var isWord = name.StartsWith("command ", StringComparison.Ordinal);
            var option = value.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals ? value[..equals] : previous;
            var secret = LooksSecret(name) || (isWord && option.StartsWith('-') && LooksSecret(option));
            parts.Add(new KeyPart(name, secret || value.Length > LongestValue ? Hash(value) : value));
            previous = isWord ? value : "";
        }

        return parts;
    }

    private static bool LooksSecret(string name) => Array.Exists(SecretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Hash(string value) =>
        "(hash " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(value))).ToLowerInvariant()[..8] + ")";
}
