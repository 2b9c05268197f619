namespace CrCache.Bench.Measuring;

/// <summary>What an experiment has measured.</summary>
internal sealed record ExperimentResult
{
    /// <summary>The experiment.</summary>
    public required IExperiment Experiment { get; init; }

    /// <summary>The wanted figures that were measured, in the experiment's order.</summary>
    public required IReadOnlyList<(Figure Figure, Spread Spread)> Figures { get; init; }

    /// <summary>The measured sides, in the experiment's order.</summary>
    public required IReadOnlyList<(ISide Side, Spread Spread)> Sides { get; init; }

    /// <summary>The wanted figures that could not be measured, and why.</summary>
    public required IReadOnlyList<(string Figure, string Reason)> Skipped { get; init; }
}
