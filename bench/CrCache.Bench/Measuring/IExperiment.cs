namespace CrCache.Bench.Measuring;

/// <summary>Sides that are measured alternately, and the figures that come of it. A new figure is one more of these, or one more line in one.</summary>
internal interface IExperiment
{
    /// <summary>What the picture says above its bars.</summary>
    string Title { get; }

    /// <summary>All sides. Only those that a wanted figure needs are prepared and measured.</summary>
    IReadOnlyList<ISide> Sides { get; }

    /// <summary>All figures.</summary>
    IReadOnlyList<Figure> Figures { get; }
}
