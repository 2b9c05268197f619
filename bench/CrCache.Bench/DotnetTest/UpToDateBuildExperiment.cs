using CrCache.Bench.Measuring;

namespace CrCache.Bench.DotnetTest;

/// <summary>What one checkpoint adds to a <c>dotnet build</c> that has nothing to do, in both forms of the package.</summary>
internal sealed class UpToDateBuildExperiment(TestProject withPackage, TestProject withSdk, TestProject without) : IExperiment
{
    // As a user calls it. One project that is up to date starts no build server, so none stays behind.
    private static readonly string[] Arguments = ["build", "-c", "Release", "--nologo"];

    public string Title => "dotnet build, up to date";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new DotnetSide("with", "with a checkpoint", withPackage, Arguments),
        new DotnetSide("with_sdk", "with a checkpoint, as an SDK", withSdk, Arguments),
        new DotnetSide("without", "without", without, Arguments),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Added("build.up_to_date_added", "with", "without"),
        Figure.Added("build.up_to_date_added_as_sdk", "with_sdk", "without"),
    ];

    public bool InPicture => false;

    // Builds of a second and a half vary by more than the difference.
    public int RoundsFor(int asked) => 3 * asked;
}
