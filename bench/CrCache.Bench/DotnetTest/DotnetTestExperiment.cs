using CrCache.Bench.Measuring;

namespace CrCache.Bench.DotnetTest;

/// <summary>What a restored MySQL adds to <c>dotnet test --no-build</c> of an assembly with one test.</summary>
internal sealed class DotnetTestExperiment(TestProject with, TestProject without) : IExperiment
{
    private static readonly string[] Arguments = ["test", "-c", "Release", "--nologo", "--no-build"];

    public string Title => "dotnet test, one test";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new DotnetSide("with", "with MySQL", with, Arguments),
        new DotnetSide("without", "without", without, Arguments),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Added("dotnet_test.added", "with", "without"),
        Figure.Ratio("dotnet_test.with_to_without", "with", "without"),
    ];
}
