using System.Diagnostics;
using System.Globalization;
using CrCache.Checkpoints;
using CrCache.Cli.Output;
using CrCache.Engines;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Cli;

/// <summary>Makes or finds the checkpoint of an item and reports it.</summary>
internal sealed class CheckpointWork(IEngine engine, CheckpointStore store, IReporter reporter)
{
    /// <summary>Makes or finds it, writes its file where one is asked for, and only then reports it done.</summary>
    public async Task<CheckpointFile> EnsureAsync(CheckpointItem item, string? output, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var progress = new ItemProgress(reporter, item.Name);
        var spec = await new SpecResolver(engine).ResolveAsync(item, progress, cancellationToken).ConfigureAwait(false);
        var (stored, made) = await new CheckpointMaker(engine, store).EnsureAsync(spec, progress, cancellationToken).ConfigureAwait(false);
        var seconds = clock.Elapsed.TotalSeconds;
        var file = new CheckpointFile
        {
            Key = stored.Key,
            Spec = spec,

            // The parts are for explaining a key; every lease reads this file and needs none of them.
            Stored = stored with { Parts = null },
            Result = made ? "made" : "found",
            Seconds = Math.Round(seconds, 3),
        };
        if (output is not null)
        {
            file.Write(output);
        }

        reporter.Done(item.Name, made, seconds, Describe(stored, made, seconds));
        return file;
    }

    private static string Describe(StoredCheckpoint stored, bool made, double seconds)
    {
        var result = string.Create(CultureInfo.InvariantCulture, $"checkpoint {(made ? "made" : "found")} in {seconds:0.00} s");
        return stored.Memory is { } memory
            ? string.Create(CultureInfo.InvariantCulture, $"{result} (cold start {stored.ColdSeconds:0.00} s, restores from memory in {memory.RestoreSeconds:0.00} s)")
            : string.Create(CultureInfo.InvariantCulture, $"{result}, for cold starts of {stored.ColdSeconds:0.00} s only. {stored.WhyNoMemory}").TrimEnd();
    }
}
