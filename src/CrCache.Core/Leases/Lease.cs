using System.Globalization;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Leases;

/// <summary>The containers restored for one client. Disposing removes them and closes the engine.</summary>
public sealed class Lease : IAsyncDisposable
{
    private readonly IEngine _engine;
    private readonly List<RestoredContainer> _containers = [];
    private readonly Dictionary<string, LeaseReportEntry> _report = [];

    private Lease(IEngine engine) => _engine = engine;

    /// <summary>The variables of all containers.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables => _containers.SelectMany(LeaseVariables.Of);

    /// <summary>The keys of the checkpoints that were restored.</summary>
    public IEnumerable<string> Keys => _containers.Select(container => CheckpointKey.Of(container.Spec));

    /// <summary>Why slower ways served than could be hoped for: a line for each such container.</summary>
    public IEnumerable<string> Notes => _containers
        .Where(container => container.Note is not null)
        .Select(container => $"{_report[container.Spec.Name].Message}. {container.Note}");

    /// <summary>What was done.</summary>
    public LeaseReport Report => new() { Leases = _containers.Select(container => _report[container.Spec.Name]).ToArray() };

    /// <summary>Restores a private copy of each checkpoint, all at the same time.</summary>
    /// <param name="engine">The engine, which the lease takes over.</param>
    /// <param name="store">What the engine has.</param>
    /// <param name="maker">Brings checkpoints to the engine that it does not have.</param>
    /// <param name="items">What to restore.</param>
    /// <param name="progress">Told when something must be made again first.</param>
    /// <param name="cancellationToken">Ends the work; what was restored is removed.</param>
    /// <exception cref="CrCacheException">One of them cannot be had; the others are removed.</exception>
    public static async Task<Lease> AcquireAsync(
        IEngine engine,
        InstalledCheckpoints store,
        CheckpointProvider maker,
        IReadOnlyList<LeaseItem> items,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        var lease = new Lease(engine);
        var restores = items.Select(item => RestoreAsync(engine, store, maker, item, progress, cancellationToken)).ToArray();
        try
        {
            await Task.WhenAll(restores).ConfigureAwait(false);
        }
        catch
        {
            lease._containers.AddRange(restores.Where(restore => restore.IsCompletedSuccessfully).Select(restore => restore.GetAwaiter().GetResult().Container));
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        foreach (var restore in restores)
        {
            var (container, stored, result) = await restore.ConfigureAwait(false);
            lease._containers.Add(container);
            lease._report[container.Spec.Name] = Entry(container, stored, result);
        }

        return lease;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        var removals = _containers.Select(container => _engine.RemoveContainerAsync(container.Id, CancellationToken.None)).ToArray();
        _containers.Clear();
        await Task.WhenAll(removals).ConfigureAwait(false);
        _engine.Dispose();
    }

    private static async Task<(RestoredContainer Container, InstalledCheckpoint Stored, string Result)> RestoreAsync(
        IEngine engine, InstalledCheckpoints store, CheckpointProvider maker, LeaseItem item, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var restorer = new CheckpointRestorer(engine, store);
        if (item.Stored is { } known)
        {
            try
            {
                return (await restorer.RestoreAsync(item.Spec, known, ContainerLabels.ForLease, progress, cancellationToken).ConfigureAwait(false), known, item.Result);
            }
            catch (ImageMissingException)
            {
                // Another engine than that of the build, or somebody has cleaned up there.
                progress.Report($"{item.Spec.Name}: this engine does not have the checkpoint any more: bringing it there again");
            }
        }

        var spec = await new SpecResolver(engine).ResolveAgainAsync(item.Spec, progress, cancellationToken).ConfigureAwait(false);
        var (stored, source) = await maker.EnsureAsync(spec, item.Archive, write: false, progress, cancellationToken).ConfigureAwait(false);
        var container = await restorer.RestoreAsync(spec, stored, ContainerLabels.ForLease, progress, cancellationToken).ConfigureAwait(false);
        return (container, stored, source.ToString().ToLowerInvariant());
    }

    private static LeaseReportEntry Entry(RestoredContainer container, InstalledCheckpoint stored, string result)
    {
        var (name, seconds) = (container.Spec.Name, container.Seconds);
        var message = container.Rung switch
        {
            Rung.Memory => string.Create(CultureInfo.InvariantCulture, $"{name} restored from memory in {seconds:0.00} s (cold start {stored.ColdSeconds:0.00} s)"),
            Rung.Files => string.Create(CultureInfo.InvariantCulture, $"{name} started from its files in {seconds:0.00} s (cold start {stored.ColdSeconds:0.00} s)"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{name} started cold in {seconds:0.00} s"),
        };
        return new LeaseReportEntry
        {
            Name = name,
            Rung = container.Rung.ToString().ToLowerInvariant(),
            Seconds = Math.Round(seconds, 3),
            ColdSeconds = Math.Round(stored.ColdSeconds, 3),
            Result = result,
            Message = message,
            Note = container.Note,
        };
    }
}
