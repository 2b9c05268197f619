using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>A server after a change to the last of its three set-up files: by CrCache, and started cold with all three.</summary>
internal sealed class ChangedSetupExperiment(Server server, Workspace workspace) : IExperiment
{
    public string Title => $"{server.Name}, a set-up file changed";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new ChangedSetupSide(server, workspace, new SetupFiles(server, Path.Combine(workspace.Directory, $"changed-{server.Name}"))),
        new ColdSide(server, workspace, new SetupFiles(server, Path.Combine(workspace.Directory, $"cold-{server.Name}"))),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Time($"changed_setup.{server.Name}", "changed"),
        Figure.Time($"changed_setup.{server.Name}_cold", "cold"),
        Figure.Ratio($"changed_setup.{server.Name}_to_cold", "changed", "cold"),
    ];
}
