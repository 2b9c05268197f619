using System.Diagnostics;
using System.Globalization;

namespace CrCache.Registries;

/// <summary>Says once a second how far a transfer is.</summary>
internal sealed class TransferProgress(string what, long total, IProgress<string> progress)
{
    private const double Megabyte = 1_000_000;
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();

    /// <summary>What is transferred, as a message says it.</summary>
    public string What => what;

    /// <param name="position">The bytes that are there, with those of earlier attempts.</param>
    public void Report(long position)
    {
        if (_sinceReport.Elapsed >= TimeSpan.FromSeconds(1))
        {
            _sinceReport.Restart();
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"{what}: {position / Megabyte:0} of {total / Megabyte:0} MB"));
        }
    }
}
