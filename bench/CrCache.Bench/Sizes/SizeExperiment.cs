using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Sizes;

/// <summary>What a checkpoint takes: as CRIU dumps it, as our archive, and as Podman exports it.</summary>
internal sealed class SizeExperiment(Server server, Workspace workspace) : IExperiment
{
    public string Title => $"{server.Name}, size in MB";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new DumpSide(server, workspace),
        new ArchiveSide(server, workspace),
        new PodmanSide(server, workspace),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Size($"{server.Name}.dump_size", "dump"),
        Figure.Size($"{server.Name}.archive_size", "archive"),
        Figure.Ratio($"{server.Name}.archive_to_dump", "archive", "dump", decimals: 3),
        Figure.Ratio($"{server.Name}.archive_to_podman_export", "archive", "podman"),
    ];

    public bool WarmsUp => false;

    public int RoundsFor(int asked) => Math.Min(asked, 2);

    public bool InPicture => false;
}
