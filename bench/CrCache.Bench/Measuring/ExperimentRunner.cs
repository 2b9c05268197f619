namespace CrCache.Bench.Measuring;

/// <summary>Measures what figures need: all sides once a round, each round beginning with another side.</summary>
internal sealed class ExperimentRunner(int rounds, Action<string> progress)
{
    /// <summary>Measures the wanted figures of an experiment.</summary>
    public async Task<ExperimentResult> RunAsync(IExperiment experiment, IReadOnlySet<string> wanted, CancellationToken cancellationToken)
    {
        var figures = experiment.Figures.Where(figure => wanted.Contains(figure.Name)).ToArray();
        var needed = figures.SelectMany(figure => figure.Sides).ToHashSet();
        var sides = experiment.Sides.Where(side => needed.Contains(side.Name)).ToArray();
        try
        {
            var missing = await PrepareAsync(experiment, sides, cancellationToken);
            var possible = figures.Where(figure => !figure.Sides.Any(missing.ContainsKey)).ToArray();
            var measured = sides.Where(side => possible.Any(figure => figure.Sides.Contains(side.Name))).ToArray();
            var values = await MeasureAsync(experiment, measured, cancellationToken);
            return new ExperimentResult
            {
                Experiment = experiment,
                Figures = [.. possible.Select(figure => (figure, Spread.Of(values.Select(figure.Of))))],
                Sides = [.. measured.Select(side => (side, Spread.Of(values.Select(round => round[side.Name]))))],
                Skipped = [.. figures.Except(possible).Select(figure => (figure.Name, missing[figure.Sides.First(missing.ContainsKey)]))],
            };
        }
        finally
        {
            foreach (var side in sides)
            {
                await side.DisposeAsync();
            }
        }
    }

    // The first time of everything is not measured: it compiles the clients' code and fills the page cache, for all sides alike.
    private async Task<Dictionary<string, string>> PrepareAsync(
        IExperiment experiment, IEnumerable<ISide> sides, CancellationToken cancellationToken)
    {
        var missing = new Dictionary<string, string>();
        foreach (var side in sides)
        {
            try
            {
                progress($"{experiment.Title}: preparing {side.Name}");
                await side.PrepareAsync(cancellationToken);
                if (experiment.WarmsUp)
                {
                    await side.MeasureAsync(cancellationToken);
                }
            }
            catch (SkippedException e)
            {
                missing[side.Name] = e.Message;
            }
        }

        return missing;
    }

    private async Task<List<Dictionary<string, double>>> MeasureAsync(
        IExperiment experiment, ISide[] sides, CancellationToken cancellationToken)
    {
        var values = new List<Dictionary<string, double>>();
        var wanted = experiment.RoundsFor(rounds);
        for (var round = 0; sides.Length > 0 && round < wanted; round++)
        {
            var now = new Dictionary<string, double>();
            for (var turn = 0; turn < sides.Length; turn++)
            {
                var side = sides[(round + turn) % sides.Length];
                now[side.Name] = await side.MeasureAsync(cancellationToken);
            }

            values.Add(now);
            var line = string.Join(", ", sides.Select(side => FormattableString.Invariant($"{side.Name} {now[side.Name]:0.##}")));
            progress($"{experiment.Title}: round {round + 1} of {wanted}: {line}");
        }

        return values;
    }
}
