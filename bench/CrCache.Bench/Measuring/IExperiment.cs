namespace CrCache.Bench.Measuring;

/// <summary>
/// Sides that are measured alternately, and the figures that come of it. A new figure is one more of these, or one more line in one.
/// </summary>
internal interface IExperiment
{
    /// <summary>What the picture says above its bars.</summary>
    string Title { get; }

    /// <summary>All sides. Only those that a wanted figure needs are prepared and measured.</summary>
    IReadOnlyList<ISide> Sides { get; }

    /// <summary>All figures.</summary>
    IReadOnlyList<Figure> Figures { get; }

    /// <summary>
    /// How many rounds are measured where so many are asked for: what hardly varies has enough of fewer, a small difference needs more.
    /// </summary>
    int RoundsFor(int asked) => asked;

    /// <summary>Whether a first time is slower than those after it, and not measured.</summary>
    bool WarmsUp => true;

    /// <summary>Whether the picture shows it: its sides are times until the first answered query, or until a test run has ended.</summary>
    bool InPicture => true;
}
