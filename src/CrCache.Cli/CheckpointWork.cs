using System.Diagnostics;
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
            var file = new BuildRecord
            {
                Key = stored.Key,
                Spec = spec,
                Stored = stored with { Parts = null },
                Result = result,
                Seconds = Math.Round(seconds, 3),
            };
            file.Write(output, isStale: source == CheckpointSource.Cold);
        }

        reporter.Done(item.Name, result, seconds, Describe(stored, result, seconds, progress.Phases));
        return new LeaseItem(spec, stored, Archive: null, result);
    }

    private static string Describe(InstalledCheckpoint stored, string how, double seconds, PhaseTimes phases)
    {
        var ways = new List<string> { "cold start" + (stored.ColdSeconds > 0 ? $" {Text.Seconds(stored.ColdSeconds)} s" : "") };
        if (stored.Memory is { } memory)
        {
            ways.Add($"restores from memory in {Text.Seconds(memory.RestoreSeconds)} s");
        }

        if (stored.Files is { } files)
        {
            ways.Add($"starts from its files in {Text.Seconds(files.RestoreSeconds)} s");
        }

        var what = how == "cold" ? "no checkpoint this time" : $"checkpoint {how}";
        var times = phases.Describe() is { Length: > 0 } each ? $": {each}" : "";
        var result = $"{what} in {Text.Seconds(seconds)} s{times} ({string.Join(", ", ways)})";
        string?[] sentences = [result, stored.WhyNoMemory, stored.Files is null ? stored.WhyNoFiles : null];
        return string.Join(". ", sentences.OfType<string>());
    }
}
