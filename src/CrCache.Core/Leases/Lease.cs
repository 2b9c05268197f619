using System.Globalization;
using CrCache.Checkpoints;
using CrCache.Cleanup;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Specs;
using CrCache.Store;

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

    /// <summary>Why slower ways served than could be hoped for: a line for each such container.</summary>
    public IEnumerable<string> Notes => _containers
        .Where(container => container.Note is not null)
        .Select(container => $"{_report[container.Spec.Name].Message}. {container.Note}");

    /// <summary>What was done.</summary>
    public LeaseReport Report => new() { Leases = _containers.Select(container => _report[container.Spec.Name]).ToArray() };

    /// <summary>Restores a private copy of each checkpoint, all at the same time.</summary>
    /// <param name="engine">The engine, which the lease takes over.</param>
    /// <param name="store">The store that the checkpoints were made with.</param>
    /// <param name="checkpoints">What to restore.</param>
    /// <param name="progress">Told when something must be made again first.</param>
    /// <param name="cancellationToken">Ends the work; what was restored is removed.</param>
    /// <exception cref="CrCacheException">One of them cannot be had; the others are removed.</exception>
    public static async Task<Lease> AcquireAsync(
        IEngine engine, CheckpointStore store, IReadOnlyList<CheckpointFile> checkpoints, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var lease = new Lease(engine);
        var restores = checkpoints.Select(file => RestoreAsync(engine, store, file, progress, cancellationToken)).ToArray();
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

    private static async Task<(RestoredContainer Container, StoredCheckpoint Stored, string Result)> RestoreAsync(
        IEngine engine, CheckpointStore store, CheckpointFile file, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var restorer = new CheckpointRestorer(engine, store);
        try
        {
            var container = await restorer.RestoreAsync(file.Spec, file.Stored, ContainerLabels.ForLease, progress, cancellationToken).ConfigureAwait(false);
            return (container, file.Stored, file.Result);
        }
        catch (ImageMissingException)
        {
            // Another engine than the one that made it, or somebody has cleaned up there.
            progress.Report($"{file.Spec.Name}: this engine does not have the checkpoint any more: making it again");
            var item = await new SpecResolver(engine).ResolveAgainAsync(file.Spec, progress, cancellationToken).ConfigureAwait(false);
            var (stored, made) = await new CheckpointMaker(engine, store).EnsureAsync(item, progress, cancellationToken).ConfigureAwait(false);
            var container = await restorer.RestoreAsync(item, stored, ContainerLabels.ForLease, progress, cancellationToken).ConfigureAwait(false);
            return (container, stored, made ? "made" : "found");
        }
    }

    private static LeaseReportEntry Entry(RestoredContainer container, StoredCheckpoint stored, string result)
    {
        var (name, seconds) = (container.Spec.Name, container.Seconds);
        var message = container.Rung == Rung.Memory
            ? string.Create(CultureInfo.InvariantCulture, $"{name} restored from memory in {seconds:0.00} s (cold start {stored.ColdSeconds:0.00} s)")
            : string.Create(CultureInfo.InvariantCulture, $"{name} started cold in {seconds:0.00} s");
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
