using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>A server restored, started cold, and started by Testcontainers, each until its first answered query.</summary>
internal sealed class ServerExperiment(Server server, Workspace workspace) : IExperiment
{
    public string Title => server.Name;

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new RestoreSide(server, workspace, workspace.Home),
        new ColdSide(server, workspace),
        new TestcontainersSide(server, workspace),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Time($"{server.Name}.restore", "restore"),
        Figure.Time($"{server.Name}.cold", "cold"),
        Figure.Time($"{server.Name}.testcontainers", "testcontainers"),
        Figure.Ratio($"{server.Name}.restore_to_cold", "restore", "cold"),
        Figure.Ratio($"{server.Name}.restore_to_testcontainers", "restore", "testcontainers"),
    ];
}
