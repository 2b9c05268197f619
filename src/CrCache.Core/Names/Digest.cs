using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace CrCache.Names;

/// <summary>Content's names: <c>sha256:</c> and 64 small hexadecimal digits.</summary>
internal static partial class Digest
{
    public static string Of(ReadOnlySpan<byte> content) => Name(SHA256.HashData(content));

    public static string Of(IncrementalHash hash) => Name(hash.GetHashAndReset());

    /// <summary>Of what a stream has hashed that has come to its end.</summary>
    public static string Of(HashAlgorithm finished) => Name(finished.Hash!);

    public static async Task<string> OfAsync(Stream content, CancellationToken cancellationToken) =>
        Name(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));

    /// <summary>True where a text from outside is a digest, and nothing that would lead elsewhere in an address.</summary>
    public static bool IsOne(string text) => Form().IsMatch(text);

    private static string Name(byte[] hash) => $"sha256:{Convert.ToHexStringLower(hash)}";

    [GeneratedRegex(@"\Asha256:[0-9a-f]{64}\z")]
    private static partial Regex Form();
}
