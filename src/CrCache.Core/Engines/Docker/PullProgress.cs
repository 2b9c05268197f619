using System.Diagnostics;
using System.Globalization;

namespace CrCache.Engines.Docker;

/// <summary>Sums up what the engine says of each layer into one line a second.</summary>
internal sealed class PullProgress(string reference, IProgress<string> progress)
{
    private const double Megabyte = 1_000_000;
    private readonly Dictionary<string, PullProgressModel> _layers = [];
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();

    public void Report(PullLineModel? line)
    {
        if (line is not { Id: { } layer, Status: "Downloading", Progress: { Total: > 0 } current })
        {
            return;
        }

        _layers[layer] = current;
        if (_sinceReport.Elapsed < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _sinceReport.Restart();
        progress.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"pulling {reference}: {_layers.Values.Sum(entry => entry.Current) / Megabyte:0} of {_layers.Values.Sum(entry => entry.Total) / Megabyte:0} MB"));
    }
}
