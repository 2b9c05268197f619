namespace CrCache.Core.Tests.Architecture;

/// <summary>What a rule about the source has found.</summary>
internal static class Findings
{
    /// <summary>There must be none; all are shown where there are some.</summary>
    public static void None(IEnumerable<string> findings)
    {
        var all = findings.Order(StringComparer.Ordinal).ToArray();
        Assert.True(all.Length == 0, $"{all.Length} findings:\n{string.Join('\n', all)}");
    }
}
