using System.Globalization;
using System.Runtime.ExceptionServices;
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
    /// <param name="provider">Brings checkpoints to the engine that it does not have. The lease takes its engine over.</param>
    /// <param name="items">What to restore.</param>
    /// <param name="progress">Told when something must be made again first.</param>
    /// <param name="cancellationToken">Ends the work; what was restored is removed.</param>
    /// <exception cref="CrCacheException">One of them cannot be had; the others are given up and removed.</exception>
    public static async Task<Lease> AcquireAsync(
        CheckpointProvider provider, IReadOnlyList<LeaseItem> items, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var lease = new Lease(provider.Engine);
        using var others = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;
        var restores = items.Select(RestoreOneAsync).ToArray();
        try
        {
            await Task.WhenAll(restores).ConfigureAwait(false);
        }
        catch
        {
            lease._containers.AddRange(restores
                .Where(restore => restore.IsCompletedSuccessfully)
                .Select(restore => restore.GetAwaiter().GetResult().Container));
            await CleanUp.RunAsync(() => lease.DisposeAsync().AsTask(), progress).ConfigureAwait(false);
            first?.Throw();
            throw;
        }

        foreach (var restore in restores)
        {
            var (container, stored, result) = await restore.ConfigureAwait(false);
            lease._containers.Add(container);
            lease._report[container.Spec.Name] = Entry(container, stored, result);
        }

        return lease;

        async Task<(RestoredContainer Container, InstalledCheckpoint Stored, string Result)> RestoreOneAsync(LeaseItem item)
        {
            try
            {
                return await RestoreAsync(provider, item, progress, others.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Nobody needs the others any more, and their making may take minutes.
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null);
                await others.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        var removals = _containers.Select(container => _engine.RemoveContainerAsync(container.Id, CancellationToken.None)).ToArray();
        _containers.Clear();
        try
        {
            await Task.WhenAll(removals).ConfigureAwait(false);
        }
        finally
        {
            _engine.Dispose();
        }
    }

    private static async Task<(RestoredContainer Container, InstalledCheckpoint Stored, string Result)> RestoreAsync(
        CheckpointProvider provider, LeaseItem item, IProgress<string> progress, CancellationToken cancellationToken)
    {
        const string Purpose = ContainerLabels.ForLease;
        var restorer = provider.Restorer;
        if (item.Stored is { } known && !item.Spec.IsTooOld(known.Created))
        {
            try
            {
                var restored = await restorer.RestoreAsync(item.Spec, known, Purpose, progress, cancellationToken).ConfigureAwait(false);
                return (restored, known, item.Result);
            }
            catch (ImageMissingException)
            {
                // Another engine than that of the build, or somebody has cleaned up there.
                progress.Report($"{item.Spec.Name}: this engine does not have the checkpoint any more: bringing it there again");
            }
        }

        var resolver = new SpecResolver(provider.Engine);
        var spec = await resolver.ResolveAgainAsync(item.Spec, progress, cancellationToken).ConfigureAwait(false);
        var (stored, source) = await provider.EnsureAsync(spec, item.Archive, write: false, progress, cancellationToken)
            .ConfigureAwait(false);
        var container = await restorer.RestoreAsync(spec, stored, Purpose, progress, cancellationToken).ConfigureAwait(false);
        return (container, stored, source.ToString().ToLowerInvariant());
    }

    private static LeaseReportEntry Entry(RestoredContainer container, InstalledCheckpoint stored, string result)
    {
        var (name, seconds) = (container.Spec.Name, container.Seconds);
        var how = container.Rung switch
        {
            Rung.Memory => "restored from memory",
            Rung.Files => "started from its files",
            _ => "started cold",
        };
        var message = string.Create(CultureInfo.InvariantCulture, $"{name} {how} in {seconds:0.00} s");
        message += container.Rung == Rung.Cold
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" (cold start {stored.ColdSeconds:0.00} s)");
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
