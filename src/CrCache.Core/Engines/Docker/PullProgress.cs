using System.Diagnostics;
using System.Globalization;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

/// <summary>Sums up what the engine says of each layer into one line a second.</summary>
internal sealed class PullProgress(string reference, IProgress<string> progress) : Messages
{
    private const double Megabyte = 1_000_000;
    private readonly Dictionary<string, (long Current, long Total)> _layers = [];
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();

    public override void Report(JSONMessage value)
    {
        base.Report(value);
        if (value is not { ID: { } layer, Status: "Downloading", Progress: { Total: > 0 and var total } current })
        {
            return;
        }

        _layers[layer] = (current.Current ?? 0, total);
        if (_sinceReport.Elapsed < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _sinceReport.Restart();
        var (done, all) = (_layers.Values.Sum(entry => entry.Current) / Megabyte, _layers.Values.Sum(entry => entry.Total) / Megabyte);
        progress.Report(string.Create(CultureInfo.InvariantCulture, $"pulling {reference}: {done:0} of {all:0} MB"));
    }
}
