namespace CrCache.Bench.Measuring;

/// <summary>A published figure: what one round says about it. The median of the rounds is the figure.</summary>
/// <param name="Name">The name that is kept for good, for instance <c>mysql.restore_to_cold</c>.</param>
/// <param name="Unit">The unit it is printed with.</param>
/// <param name="Decimals">Digits after the point.</param>
/// <param name="Sides">The sides that must be measured for it.</param>
/// <param name="Of">Its value in one round, from the values of the sides by name.</param>
internal sealed record Figure(
    string Name, string Unit, int Decimals, IReadOnlyList<string> Sides, Func<IReadOnlyDictionary<string, double>, double> Of)
{
    /// <summary>The time of one side.</summary>
    public static Figure Time(string name, string side, int decimals = 0) => new(name, "ms", decimals, [side], round => round[side]);

    /// <summary>How much longer one side takes than another, in ms.</summary>
    public static Figure Added(string name, string side, string than) =>
        new(name, "ms", 0, [side, than], round => round[side] - round[than]);

    /// <summary>How much longer one side takes than another, in seconds: for what takes many.</summary>
    public static Figure AddedSeconds(string name, string side, string than) =>
        new(name, "s", 2, [side, than], round => (round[side] - round[than]) / 1000);

    /// <summary>One side in times of another, of the same round: what the machine does meanwhile slows both.</summary>
    public static Figure Ratio(string name, string side, string to, int decimals = 2) =>
        new(name, "ratio", decimals, [side, to], round => round[side] / round[to]);

    /// <summary>What one side measures in millions of bytes.</summary>
    public static Figure Size(string name, string side) => new(name, "MB", 2, [side], round => round[side]);
}
