namespace CrCache.Names;

/// <summary>What a checkpoint's key looks like: 64 small hexadecimal digits.</summary>
public static class KeyShape
{
    private const int Length = 64;

    // Enough to tell keys apart, and short enough to be typed.
    private const int ShortLength = 12;

    /// <summary>True where a text from outside is a key, and nothing that would lead elsewhere in a path or an address.</summary>
    public static bool IsOne(string text) => text.Length == Length && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The start of a key, as people see and type it.</summary>
    public static string Shorten(string key) => key[..ShortLength];
}
