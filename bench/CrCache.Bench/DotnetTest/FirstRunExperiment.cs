using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.DotnetTest;

/// <summary>The first <c>dotnet test</c> of a project with one server and one set-up file: by CrCache, and by Testcontainers.</summary>
internal sealed class FirstRunExperiment(Server server, Workspace workspace) : IExperiment
{
    private const string With = "WithCrCache";
    private const string Without = "WithTestcontainers";

    public string Title => $"{server.Name}, the first dotnet test";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new FirstRunSide(With, "CrCache", server, workspace),
        new FirstRunSide(Without, "Testcontainers", server, workspace),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Time($"first_run.{server.Name}", With),
        Figure.Time($"first_run.{server.Name}_testcontainers", Without),
        Figure.Ratio($"first_run.{server.Name}_to_testcontainers", With, Without),
        Figure.AddedSeconds($"first_run.{server.Name}_added", With, Without),
    ];

    // Half a minute and more for each side, which varies by less than the sides differ.
    public int RoundsFor(int asked) => Math.Min(asked, 3);
}
