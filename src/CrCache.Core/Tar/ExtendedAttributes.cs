namespace CrCache.Tar;

/// <summary>
/// The extended attributes of changed files, as <c>getfattr --dump --encoding=hex</c> lists them. Engines put
/// <c>security.capability</c> alone into a layer; crcache-runc lists the others when it dumps.
/// </summary>
internal static class ExtendedAttributes
{
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> None { get; } =
        new Dictionary<string, IReadOnlyDictionary<string, byte[]>>();

    /// <summary>Reads a list.</summary>
    /// <returns>The attributes by path as in a tar.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> Read(IEnumerable<string> lines)
    {
        const string File = "# file: ";
        var files = new Dictionary<string, IReadOnlyDictionary<string, byte[]>>(StringComparer.Ordinal);
        var attributes = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.StartsWith(File, StringComparison.Ordinal))
            {
                attributes = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
                files[TarPath.Normalize(Unescape(line[File.Length..]))] = attributes;
            }
            else if (line.IndexOf("=0x", StringComparison.Ordinal) is > 0 and var equals
                && Unescape(line[..equals]) is var name
                && IsForLayers(name))
            {
                attributes[name] = Convert.FromHexString(line.AsSpan(equals + 3));
            }
            else if (line.Length > 0 && !line.Contains('=', StringComparison.Ordinal))
            {
                // Without a value.
                attributes[Unescape(line)] = [];
            }
        }

        return files.Where(file => file.Value.Count > 0).ToDictionary(StringComparer.Ordinal);
    }

    // SELinux labels of one machine mean nothing on another, and its engine sets its own. A layer has no way to write a name with
    // an equals sign.
    private static bool IsForLayers(string name) => name != "security.selinux" && !name.Contains('=', StringComparison.Ordinal);

    // getfattr writes what is not plain as a backslash and three octal digits.
    private static string Unescape(string text)
    {
        var plain = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)Convert.ToInt32(text.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
