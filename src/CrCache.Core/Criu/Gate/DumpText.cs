namespace CrCache.Criu.Gate;

/// <summary>What a dump says, in a reason why it is refused: one line, and not a long one.</summary>
internal static class DumpText
{
    /// <summary>Its beginning, without control characters.</summary>
    public static string Shown(string text, int longest) =>
        new([.. text.Take(longest).Select(one => char.IsControl(one) ? '?' : one)]);
}
