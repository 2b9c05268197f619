using CrCache.Bench.Measuring;

namespace CrCache.Bench.Against;

/// <summary>How long <c>crcache</c> takes to do nothing, in this checkout and in another one.</summary>
internal sealed class VersionAgainstExperiment(Home home, Home other) : IExperiment
{
    public string Title => "crcache --version";

    public IReadOnlyList<ISide> Sides { get; } =
    [
        new VersionSide(home, "version", "this checkout"),
        new VersionSide(other, "other", "the other"),
    ];

    public IReadOnlyList<Figure> Figures { get; } =
    [
        Figure.Time("crcache.version", "version", decimals: 1),
        Figure.Time("crcache.version_by_other", "other", decimals: 1),
        Figure.Ratio("crcache.version_to_other", "version", "other"),
    ];

    // A hundredth of a second varies by more than the difference, and costs nothing.
    public int RoundsFor(int asked) => 10 * asked;
}
