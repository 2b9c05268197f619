namespace CrCache.Shared;

/// <summary>What an item may be called: its name is that of files, and part of variables' names.</summary>
internal static class ItemName
{
    /// <summary>True for a name that begins with a letter or digit and <see cref="IsPart"/>.</summary>
    public static bool IsOne(string name) => IsPart(name) && IsLetterOrDigit(name[0]);

    /// <summary>True for letters, digits, <c>_</c>, <c>.</c> and <c>-</c>: what the name of a port is made of as well.</summary>
    public static bool IsPart(string name) => name.Length > 0 && name.All(c => IsLetterOrDigit(c) || c is '_' or '.' or '-');

    /// <summary>A name as a shell can have it in a variable's: everything but letters and digits as <c>_</c>.</summary>
    public static string InVariable(string name) =>
        new(Array.ConvertAll(name.ToCharArray(), c => IsLetterOrDigit(c) ? c : '_'));

    /// <summary>True for those of ASCII alone.</summary>
    public static bool IsLetterOrDigit(char c) => c is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
