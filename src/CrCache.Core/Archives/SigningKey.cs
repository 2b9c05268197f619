using System.Security.Cryptography;

namespace CrCache.Archives;

/// <summary>A secret by which archives are signed, and known again: whoever has it can do both.</summary>
internal sealed class SigningKey
{
    /// <summary>Bytes that one must have at least, and that a new one has.</summary>
    public const int Length = 32;

    // What is signed here can be taken for nothing else that somebody signs with the same secret.
    private static readonly byte[] s_purpose = "crcache archive 1\n"u8.ToArray();
    private readonly byte[] _secret;

    private SigningKey(byte[] secret)
    {
        _secret = secret;
        Id = Convert.ToHexStringLower(HMACSHA256.HashData(secret, "crcache key id"u8)[..8]);
    }

    /// <summary>16 hexadecimal digits by which one key is told from another. They say nothing of the secret.</summary>
    public string Id { get; }

    /// <summary>A new random one, as text.</summary>
    public static string NewText() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads one from hexadecimal digits or base64; null where it is neither, or too short.</summary>
    public static SigningKey? TryParse(string text)
    {
        var secret = new byte[text.Length];
        if (text.Length >= 2 * Length && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit))
        {
            secret = Convert.FromHexString(text);
        }
        else
        {
            secret = Convert.TryFromBase64String(text, secret, out var length) ? secret[..length] : [];
        }

        return secret.Length >= Length ? new SigningKey(secret) : null;
    }

    /// <summary>The signature of an archive whose list of digests this is.</summary>
    public byte[] Sign(ReadOnlySpan<byte> digests)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        hmac.AppendData(s_purpose);
        hmac.AppendData(digests);
        return hmac.GetHashAndReset();
    }

    /// <summary>Whether a signature is this key's, in a time that does not depend on it.</summary>
    public bool Verifies(ReadOnlySpan<byte> digests, ReadOnlySpan<byte> signature) =>
        CryptographicOperations.FixedTimeEquals(Sign(digests), signature);
}
