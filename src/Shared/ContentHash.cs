#if !NET
using System.Globalization;
#endif
using System.Security.Cryptography;

namespace CrCache.Shared;

/// <summary>By what it is seen that a file's content has changed.</summary>
internal static class ContentHash
{
    /// <summary>SHA-256 in 64 small hexadecimal digits.</summary>
#if NET
    public static string Of(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
#else
    public static string Of(byte[] content)
    {
        using var sha = SHA256.Create();
        return string.Concat(Array.ConvertAll(sha.ComputeHash(content), b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }
#endif
}
