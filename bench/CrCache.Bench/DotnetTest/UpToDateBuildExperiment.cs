using CrCache.Bench.Measuring;

namespace CrCache.Bench.DotnetTest;

/// <summary>What one checkpoint adds to a <c>dotnet build</c> that has nothing to do.</summary>
internal sealed class UpToDateBuildExperiment(TestProject with, TestProject without) : IExperiment
{
    // As a user calls it. One project that is up to date starts no build server, so none stays behind.
    private static readonly string[] Arguments = ["build", "-c", "Release", "--nologo"];

    public string Title => "dotnet build, up to date";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new DotnetSide("with", "with a checkpoint", with, Arguments),
        new DotnetSide("without", "without", without, Arguments),
    ];

    public IReadOnlyList<Figure> Figures { get; } = [Figure.Added("build.up_to_date_added", "with", "without")];

    public bool InPicture => false;
}
