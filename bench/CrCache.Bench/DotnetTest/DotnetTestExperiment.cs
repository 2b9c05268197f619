using CrCache.Bench.Measuring;

namespace CrCache.Bench.DotnetTest;

/// <summary>What a restored MySQL adds to <c>dotnet test --no-build</c> of an assembly with one test.</summary>
internal sealed class DotnetTestExperiment(Workspace workspace) : IExperiment
{
    public string Title => "dotnet test, one test";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new DotnetTestSide("with", "with MySQL", "With", workspace),
        new DotnetTestSide("without", "without", "Without", workspace),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Added("dotnet_test.added", "with", "without"),
        Figure.Ratio("dotnet_test.with_to_without", "with", "without"),
    ];
}
