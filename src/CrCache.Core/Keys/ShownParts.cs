using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CrCache.Specs;

namespace CrCache.Keys;

/// <summary>
/// The parts of a key as people, and the store, may see them: a secret is the start of its hash, which still shows that
/// it has changed.
/// </summary>
public static partial class ShownParts
{
    private const int LongestValue = 120;
    private static readonly string[] s_secretWords = ["PASSWORD", "PASSWD", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "REQUIREPASS"];

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
            parts.Add(new KeyPart(name, secret ? Hash(value) : Shown(value)));
            previous = isWord ? value : "";
        }

        return parts;
    }

    /// <summary>A text as people may see it: the start of its hash where it looks as if it held a secret, or is too long to read.</summary>
    internal static string Shown(string value) => value.Length > LongestValue || HoldsSecret().IsMatch(value) ? Hash(value) : value;

    private static bool LooksSecret(string name) =>
        Array.Exists(s_secretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Hash(string value) =>
        "(hash " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(value))).ToLowerInvariant()[..8] + ")";

    // Whatever the name says: an address with a password (postgres://user:pass@host), a connection string's "Password=1234;" or an
    // option's, what a header holds, and how a private key begins.
    private const string InAddress = @"://[^/\s:@]*:[^/\s@]+@";
    private const string InPair = """(password|passwd|pwd|secret|token|api_?key|access_?key)["']?\s*[=:]\s*[^\s;&]""";
    private const string InHeader = @"\b(bearer|basic)\s+\S";
    private const string InKey = "-----BEGIN ";

    [GeneratedRegex($"{InAddress}|{InPair}|{InHeader}|{InKey}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HoldsSecret();
}
