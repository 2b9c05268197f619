using System.Text;
using System.Text.RegularExpressions;

namespace CrCache.Archives;

/// <summary>Who has signed an archive, as it says itself: <c>crcache/signature</c>, a line for each key.</summary>
/// <param name="Digests">What was signed: the content of <c>crcache/sha256sums</c>, which names every other member.</param>
/// <param name="Lines">The keys' ids, and what they have signed it with.</param>
internal sealed partial record ArchiveSignatures(byte[] Digests, IReadOnlyList<(string KeyId, byte[] Signature)> Lines)
{
    /// <summary>Bytes that the member may have.</summary>
    public const int Longest = 4096;

    /// <summary>Reads the member.</summary>
    /// <exception cref="InvalidDataException">It is not of its form.</exception>
    public static IReadOnlyList<(string KeyId, byte[] Signature)> Read(byte[] text) =>
        Form().Match(Encoding.ASCII.GetString(text)) is { Success: true } match
        ? match.Groups["line"].Captures
            .Select(line => line.Value.Split(' '))
            .Select(words => (words[0], Convert.FromHexString(words[1])))
            .ToArray()
        : throw new InvalidDataException("Its signature is none.");

    /// <summary>The member's content.</summary>
    public static string Write(ReadOnlySpan<byte> digests, IEnumerable<SigningKey> keys)
    {
        var text = "";
        foreach (var key in keys)
        {
            text += $"{key.Id} {Convert.ToHexStringLower(key.Sign(digests))}\n";
        }

        return text;
    }

    /// <summary>Whether one of the lines is a key's.</summary>
    public bool AreOf(SigningKey key) => Lines.Any(line => line.KeyId == key.Id && key.Verifies(Digests, line.Signature));

    [GeneratedRegex(@"\A((?<line>[0-9a-f]{16} [0-9a-f]{64})\n)+\z")]
    private static partial Regex Form();
}
