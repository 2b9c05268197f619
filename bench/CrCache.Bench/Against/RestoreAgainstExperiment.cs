using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Against;

/// <summary>A server restored by this checkout and by another one, each from a checkpoint that it has made itself.</summary>
internal sealed class RestoreAgainstExperiment(Server server, Workspace workspace, Home other) : IExperiment
{
    public string Title => $"{server.Name}, restored by two checkouts";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new RestoreSide(server, workspace, workspace.Home) { Label = "this checkout" },
        new RestoreSide(server, workspace, other) { Name = "other", Label = "the other" },
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Time($"{server.Name}.restore", "restore"),
        Figure.Time($"{server.Name}.restore_by_other", "other"),
        Figure.Ratio($"{server.Name}.restore_to_other", "restore", "other"),
    ];
}
