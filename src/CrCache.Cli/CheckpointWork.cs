using System.Diagnostics;
using System.Globalization;
using CrCache.Checkpoints;
using CrCache.Cli.Output;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Leases;
using CrCache.Specs;

namespace CrCache.Cli;

/// <summary>Makes or finds the checkpoint of an item and reports it.</summary>
internal sealed class CheckpointWork(IEngine engine, CheckpointProvider maker, IReporter reporter)
{
    /// <summary>Makes or finds it, writes its archive where one is asked for, and only then reports it done.</summary>
    public async Task<LeaseItem> EnsureAsync(CheckpointItem item, string? output, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var progress = new ItemProgress(reporter, item.Name);
        var spec = await new SpecResolver(engine).ResolveAsync(item, progress, cancellationToken).ConfigureAwait(false);
        var (stored, source) = await maker.EnsureAsync(spec, output, write: true, progress, cancellationToken).ConfigureAwait(false);
        var (seconds, result) = (clock.Elapsed.TotalSeconds, source.ToString().ToLowerInvariant());
        if (output is not null)
        {
            // The parts are for explaining a key; every lease reads this file and needs none of them.
            var file = new BuildRecord { Key = stored.Key, Spec = spec, Stored = stored with { Parts = null }, Result = result, Seconds = Math.Round(seconds, 3) };
            file.Write(output);
        }

        reporter.Done(item.Name, result, seconds, Describe(stored, result, seconds));
        return new LeaseItem(spec, stored, Archive: null, result);
    }

    private static string Describe(InstalledCheckpoint stored, string how, double seconds)
    {
        var ways = new List<string> { string.Create(CultureInfo.InvariantCulture, $"cold start {stored.ColdSeconds:0.00} s") };
        if (stored.Memory is { } memory)
        {
            ways.Add(string.Create(CultureInfo.InvariantCulture, $"restores from memory in {memory.RestoreSeconds:0.00} s"));
        }

        if (stored.Files is { } files)
        {
            ways.Add(string.Create(CultureInfo.InvariantCulture, $"starts from its files in {files.RestoreSeconds:0.00} s"));
        }

        var result = string.Create(CultureInfo.InvariantCulture, $"checkpoint {how} in {seconds:0.00} s ({string.Join(", ", ways)})");
        return string.Join(". ", new[] { result, stored.WhyNoMemory, stored.Files is null ? stored.WhyNoFiles : null }.Where(text => text is not null));
    }
}
