using CrCache.Engines;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>A step of making a checkpoint, and where it is to be had.</summary>
/// <param name="Files">The set-up files that it runs, or null: the server is started, which is the first one.</param>
/// <param name="Key">The key of the checkpoint that ends with it.</param>
/// <param name="State"><c>engine</c>, <c>store</c> (an archive of it) or <c>missing</c>.</param>
public sealed record ExplainedStep(string? Files, string Key, string State)
{
    /// <summary>The steps of a spec, the first one first. Making begins after the last one that is not missing.</summary>
    public static async Task<IReadOnlyList<ExplainedStep>> OfAsync(
        CheckpointSpec spec, IEngine engine, InstalledCheckpoints installed, ArchiveStore archives, CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        var steps = new List<ExplainedStep>();
        var chain = SpecChain.Of(spec);
        for (var at = 0; at < chain.Count; at++)
        {
            var key = CheckpointKey.Of(chain[at]);
            var isThere = installed.Find(info.Id, key) is { } step
                && await step.IsWholeAsync(engine, cancellationToken).ConfigureAwait(false);
            steps.Add(new ExplainedStep(
                at == 0 ? null : string.Join(", ", SpecChain.Added(chain, at).Select(file => file.Name)),
                key,
                isThere ? "engine" : archives.Contains(key) ? "store" : "missing"));
        }

        return steps;
    }
}
