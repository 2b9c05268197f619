using System.Globalization;
using CrCache.Bench.Against;
using CrCache.Bench.DotnetTest;
using CrCache.Bench.Measuring;
using CrCache.Bench.Memory;
using CrCache.Bench.Registry;
using CrCache.Bench.Reporting;
using CrCache.Bench.Servers;
using CrCache.Bench.Sizes;

namespace CrCache.Bench;

/// <summary>One run: the wanted figures, measured, printed and drawn.</summary>
internal sealed class BenchRun
{
    /// <summary>The wanted figures; none means all.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>How often each side is measured.</summary>
    public required int Rounds { get; init; }

    /// <summary>The directory of another checkout, packed, to compare this one with; null for the usual figures.</summary>
    public string? Against { get; init; }

    /// <summary>Where to draw what was measured, or null.</summary>
    public string? Picture { get; init; }

    /// <summary>Whether a full run may draw the picture that the README shows.</summary>
    public required bool MayPublish { get; init; }

    /// <summary>Measures; figures go to standard output, one line each as soon as it is known, everything else to standard error.</summary>
    /// <returns>The exit code: 0, or 1 when a figure was named that could not be measured, or 2 when there is none of that name.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var workspace = new Workspace();
        var experiments = Against is { } other ? ExperimentsAgainst(other, workspace) : Experiments(workspace);
        var all = experiments.SelectMany(experiment => experiment.Figures).Select(figure => figure.Name).ToArray();
        if (Names.Except(all).ToArray() is { Length: > 0 } unknown)
        {
            var (missing, known) = (string.Join(", ", unknown), string.Join("\n  ", all));
            await Console.Error.WriteLineAsync($"There is no figure {missing}. There are:\n  {known}");
            return 2;
        }

        var wanted = (Names.Count > 0 ? Names : all).ToHashSet();
        var runner = new ExperimentRunner(Rounds, Console.Error.WriteLine);
        var results = new List<ExperimentResult>();
        foreach (var experiment in experiments.Where(one => one.Figures.Any(figure => wanted.Contains(figure.Name))))
        {
            var result = await runner.RunAsync(experiment, wanted, cancellationToken);
            results.Add(result);
            Print(result);
        }

        var skipped = results.Any(result => result.Skipped.Count > 0);
        await DrawAsync(workspace, results, complete: wanted.Count == all.Length && !skipped, cancellationToken);
        return skipped && Names.Count > 0 ? 1 : 0;
    }

    // A new figure: a line in one of these, or one more of them.
    private static List<IExperiment> Experiments(Workspace workspace)
    {
        var (with, without) = (new TestProject("With", workspace), new TestProject("Without", workspace));
        return
        [
            .. Server.All.Select(server => new ServerExperiment(server, workspace)),
            .. Server.WithSetup.Select(server => new FirstRunExperiment(server, workspace)),
            .. Server.WithSetup.Select(server => new ChangedSetupExperiment(server, workspace)),
            new RegistryExperiment(Server.MySql, workspace),
            new DotnetTestExperiment(with, without),
            new UpToDateBuildExperiment(new TestProject("WithPackage", workspace), with, without),
            new SizeExperiment(Server.MySql, workspace),
            new MemoryExperiment(Server.MariaDb, workspace),
        ];
    }

    private static List<IExperiment> ExperimentsAgainst(string checkout, Workspace workspace)
    {
        var other = workspace.NewHome(checkout);
        return
        [
            new VersionAgainstExperiment(workspace.Home, other),
            .. Server.All.Select(server => new RestoreAgainstExperiment(server, workspace, other)),
        ];
    }

    private static void Print(ExperimentResult result)
    {
        foreach (var (figure, spread) in result.Figures)
        {
            Console.WriteLine($"figure {figure.Name} {Show(spread.Median)} {Show(spread.Min)} {Show(spread.Max)} {figure.Unit}");

            string Show(double value) => value.ToString($"F{figure.Decimals}", CultureInfo.InvariantCulture);
        }

        foreach (var (figure, reason) in result.Skipped)
        {
            Console.Error.WriteLine($"skipped {figure} {reason}");
        }
    }

    private async Task DrawAsync(Workspace workspace, List<ExperimentResult> results, bool complete, CancellationToken cancellationToken)
    {
        var published = complete && MayPublish ? Path.Combine(Repository.Root, "docs", "benchmarks.svg") : null;
        var drawn = results.Where(result => result.Experiment.InPicture && result.Sides.Count > 0).ToArray();
        if (drawn.Length > 0 && (Picture ?? published) is { } path)
        {
            var engine = await workspace.Engine.DescribeAsync(cancellationToken);
            var conditions = $"Median of {Rounds} rounds; thin lines from fastest to slowest. "
                + $"{Environment.ProcessorCount} cores, {engine}.";
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, BarChart.Draw(drawn, conditions), cancellationToken);
            await Console.Error.WriteLineAsync($"drawn: {path}");
        }
    }
}
