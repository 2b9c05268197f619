using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Readiness;
using CrCache.Runtimes;
using CrCache.Setup;
using CrCache.Specs;

namespace CrCache.Restoring;

/// <summary>Brings a private copy of a checkpoint back.</summary>
/// <param name="engine">The engine.</param>
/// <param name="installed">What it has.</param>
public sealed class CheckpointRestorer(IEngine engine, InstalledCheckpoints installed)
{
    // A restore that took a second when it was tried takes more on a machine that is busy, but not this many times as long.
    private const int SlowestRestore = 4;

    // As long as what hangs is not let go by the engine, it cannot be removed.
    private static readonly TimeSpan s_longestRemoval = TimeSpan.FromSeconds(2);

    // The readiness probe has succeeded by then.
    private static readonly TimeSpan s_startedTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a restore from memory may take in all, beside what it took when it was tried: it answers at once or not at all, and
    /// after this the next rung is the better choice. Where there is no next one, the item's own timeout holds.
    /// </summary>
    internal TimeSpan MemoryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Restores by the fastest rung that was proven here and that the spec allows; the note says which failed, and why.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="checkpoint">What the engine has of it.</param>
    /// <param name="purpose">The label of the container.</param>
    /// <param name="progress">Told when set-up files are run.</param>
    /// <param name="cancellationToken">Ends the work; the container is removed.</param>
    /// <exception cref="CrCacheException">No rung works, or the pinned one does not.</exception>
    /// <exception cref="ImageMissingException">The engine does not have the checkpoint any more.</exception>
    public async Task<RestoredContainer> RestoreAsync(
        CheckpointSpec spec,
        InstalledCheckpoint checkpoint,
        string purpose,
        IProgress<string> progress,
        CancellationToken cancellationToken)
    {
        var note = RungChoice.WhyNotFaster(spec, checkpoint);
        foreach (var rung in RungChoice.Of(spec, checkpoint))
        {
            try
            {
                var copy = rung switch
                {
                    Rung.Memory => await RestoreMemoryAsync(
                        spec, checkpoint.Memory!, VolumesOf(checkpoint), purpose, cancellationToken).ConfigureAwait(false),
                    Rung.Files => await StartFilesAsync(
                        spec, checkpoint.Files!, VolumesOf(checkpoint), purpose, cancellationToken).ConfigureAwait(false),
                    _ => await StartColdAsync(spec, purpose, progress, cancellationToken).ConfigureAwait(false),
                };
                return rung == Rung.Memory ? copy : copy with { Note = note };
            }
            catch (CrCacheException e) when (spec.Mode == Rung.Auto && e.Code == ErrorCodes.RestoreFailed)
            {
                note = $"{e.Code}: {e.Message}";
            }
        }

        var mode = spec.Mode.ToString().ToLowerInvariant();
        throw new CrCacheException(ErrorCodes.RestoreFailed, $"{spec.Name}: Mode is \"{mode}\", but that is not possible here: {note}");
    }

    /// <summary>The contents of a checkpoint's volumes by their names.</summary>
    internal Func<string, Stream> VolumesOf(InstalledCheckpoint checkpoint) =>
        file => installed.OpenFile(checkpoint.EngineId, checkpoint.Key, file);

    /// <summary>Restores from memory.</summary>
    /// <exception cref="CrCacheException">It cannot be done (CRC3004).</exception>
    internal Task<RestoredContainer> RestoreMemoryAsync(
        CheckpointSpec spec, InstalledMemory memory, Func<string, Stream> volumes, string purpose, CancellationToken cancellationToken)
    {
        var isTried = spec.Mode == Rung.Auto && memory.RestoreSeconds > 0;
        var limit = isTried
            ? MemoryTimeout + TimeSpan.FromSeconds(memory.RestoreSeconds * SlowestRestore)
            : TimeSpan.FromSeconds(spec.TimeoutSeconds);
        var attempt = new Attempt(spec, ContainerPlan.Memory(spec, memory, purpose), Rung.Memory, MemoryTimeout)
        {
            Limit = limit,
            Volumes = new VolumeFiller(memory.Volumes, volumes),
        };
        return ExplainAsync($"{spec.Name} cannot be restored from memory", () => BringUpAsync(attempt, ready: null, cancellationToken));
    }

    /// <summary>Starts a copy from the files of the stopped container.</summary>
    /// <exception cref="CrCacheException">It cannot be done (CRC3004).</exception>
    internal Task<RestoredContainer> StartFilesAsync(
        CheckpointSpec spec, InstalledFiles files, Func<string, Stream> volumes, string purpose, CancellationToken cancellationToken)
    {
        // A server that finds its data made starts once, and says so once.
        var started = spec with { Ready = spec.Ready with { Times = null } };
        var attempt = new Attempt(spec, ContainerPlan.Files(spec, files, purpose), Rung.Files, s_startedTimeout)
        {
            Volumes = new VolumeFiller(files.Volumes, volumes),
        };
        return ExplainAsync(
            $"{spec.Name} cannot be started from its files",
            () => BringUpAsync(attempt, id => new ReadyWaiter(engine).WaitAsync(id, started, cancellationToken), cancellationToken));
    }

    /// <summary>Waits until a container whose probe has succeeded answers from outside.</summary>
    internal Task<ContainerState> AnswersAsync(CheckpointSpec spec, string id, CancellationToken cancellationToken) =>
        AnswersAsync(spec, id, s_startedTimeout, cancellationToken);

    private async Task<ContainerState> AnswersAsync(CheckpointSpec spec, string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var state = await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new CrCacheException(
                ErrorCodes.ContainerEnded, $"{spec.Name}: the container was removed by somebody as soon as it was started.");
        await AnswerWaiter.WaitAsync(spec, state, new AnswerPatience(engine, spec, timeout), cancellationToken).ConfigureAwait(false);
        return state;
    }

    // Starts a copy normally, with all set-up files.
    private Task<RestoredContainer> StartColdAsync(
        CheckpointSpec spec, string purpose, IProgress<string> progress, CancellationToken cancellationToken) =>
        BringUpAsync(
            new Attempt(spec, ContainerPlan.Cold(spec, purpose), Rung.Cold, s_startedTimeout),
            async id =>
            {
                await new ReadyWaiter(engine).WaitAsync(id, spec, cancellationToken).ConfigureAwait(false);
                await SetupRunner.RunAsync(engine, id, spec, progress, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    private static async Task<RestoredContainer> ExplainAsync(string what, Func<Task<RestoredContainer>> restore)
    {
        try
        {
            return await restore().ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code is ErrorCodes.EngineCallFailed or ErrorCodes.NotReady or ErrorCodes.ContainerEnded)
        {
            throw new CrCacheException(ErrorCodes.RestoreFailed, $"{what}: {CrCacheRuntime.Essence(e.Message)}", e);
        }
    }

    private async Task<RestoredContainer> BringUpAsync(Attempt attempt, Func<string, Task>? ready, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var spec = attempt.Spec;
        string? id = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(attempt.Limit);
        try
        {
            id = await engine.CreateContainerAsync(attempt.Definition, limit.Token).ConfigureAwait(false);
            if (attempt.Volumes is { } volumes)
            {
                await volumes.FillAsync(engine, id, limit.Token).ConfigureAwait(false);
            }

            if (attempt.Rung == Rung.Cold)
            {
                await FileCopy.BeforeStartAsync(engine, id, spec, limit.Token).ConfigureAwait(false);
            }

            await engine.StartContainerAsync(id, limit.Token).ConfigureAwait(false);
            await (ready?.Invoke(id) ?? Task.CompletedTask).ConfigureAwait(false);
            var state = await AnswersAsync(spec, id, attempt.AnswerTimeout, limit.Token).ConfigureAwait(false);
            return new RestoredContainer
            {
                Id = id,
                Spec = spec,
                Rung = attempt.Rung,
                Seconds = clock.Elapsed.TotalSeconds,
                Ports = spec.Ports.ToDictionary(port => port.Name, port => state.HostPort(spec, port.Name)),
            };
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var removal = RemoveAsync(id);
            await removal.WaitAsync(s_longestRemoval, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new CrCacheException(
                ErrorCodes.NotReady,
                $"it did not come back within {attempt.Limit.TotalSeconds:0} s."
                + (removal.IsCompleted ? "" : $" Its container {attempt.Definition.Name} stays until the engine lets go of it."),
                e);
        }
        catch
        {
            await RemoveAsync(id).ConfigureAwait(false);
            throw;
        }
    }

    private Task RemoveAsync(string? id) => id is null
        ? Task.CompletedTask
        : CleanUp.RunAsync(() => engine.RemoveContainerAsync(id, CancellationToken.None));

    private sealed record Attempt(CheckpointSpec Spec, ContainerDefinition Definition, Rung Rung, TimeSpan AnswerTimeout)
    {
        public VolumeFiller? Volumes { get; init; }

        public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;
    }
}
