namespace CrCache.Chaos;

/// <summary>What came of the blows of one kind.</summary>
internal sealed class Tally
{
    public int Blows { get; set; }

    /// <summary>Things that were left, after the ordinary command.</summary>
    public int Leftovers { get; set; }

    /// <summary>Blows after which something did not work.</summary>
    public int Broken { get; set; }
}
