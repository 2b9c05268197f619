using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Registry;

/// <summary>A server from a registry, on a machine that has the base image and no checkpoint, and started cold.</summary>
internal sealed class RegistryExperiment(Server server, Workspace workspace) : IExperiment
{
    public string Title => $"{server.Name}, from a registry";

    public IReadOnlyList<ISide> Sides { get; } = [new PullSide(server, workspace), new ColdSide(server, workspace)];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Time("registry.pull_and_restore", "pull"),
        Figure.Ratio("registry.pull_and_restore_to_cold", "pull", "cold"),
    ];
}
