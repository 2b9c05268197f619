using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Memory;

/// <summary>What a restored server takes of the machine's memory, from a compacted dump and from one as CRIU wrote it.</summary>
internal sealed class MemoryExperiment(Server server, Workspace workspace) : IExperiment
{
    public string Title => $"{server.Name}, resident set in MB";

    public IReadOnlyList<ISide> Sides { get; } = [new CompactedSide(server, workspace), new UncompactedSide(server, workspace)];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Size($"{server.Name}.restored_rss", "compacted"),
        Figure.Size($"{server.Name}.restored_rss_uncompacted", "uncompacted"),
        Figure.Ratio($"{server.Name}.rss_to_uncompacted", "compacted", "uncompacted"),
    ];

    public bool WarmsUp => false;

    public int RoundsFor(int asked) => Math.Min(asked, 3);

    public bool InPicture => false;
}
