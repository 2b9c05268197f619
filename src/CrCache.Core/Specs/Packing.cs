namespace CrCache.Specs;

/// <summary>A way in which set-up files are compressed, as the official images know them.</summary>
internal sealed class Packing
{
    private readonly byte[] _start;

    private Packing(string extension, string? tool, params byte[] start) => (Extension, Tool, _start) = (extension, tool, start);

    /// <summary>All that are known.</summary>
    public static IReadOnlyList<Packing> All { get; } =
    [
        new(".gz", null, 0x1f, 0x8b),
        new(".zst", null, 0x28, 0xb5, 0x2f, 0xfd),
        new(".xz", "xzcat", 0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0),
        new(".bz2", "bzcat", (byte)'B', (byte)'Z', (byte)'h'),
    ];

    /// <summary>What the names of such files end in.</summary>
    public string Extension { get; }

    /// <summary>What unpacks it in the container, to its standard output; null where that is done before it is copied there.</summary>
    public string? Tool { get; }

    /// <summary>That of a file by its name; null for one that is not compressed.</summary>
    public static Packing? Of(string path) =>
        All.FirstOrDefault(packing => path.EndsWith(packing.Extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a file that begins with these bytes is one.</summary>
    public bool IsOne(ReadOnlySpan<byte> start) => start.StartsWith(_start);
}
