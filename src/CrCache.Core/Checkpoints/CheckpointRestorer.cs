using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Readiness;
using CrCache.Runtimes;
using CrCache.Setup;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>Brings a private copy of a checkpoint back.</summary>
public sealed class CheckpointRestorer(IEngine engine, CheckpointStore store)
{
    // A restore answers at once or not at all; after this a normal start is the better choice.
    private static readonly TimeSpan MemoryTimeout = TimeSpan.FromSeconds(10);

    // The readiness probe has succeeded by then.
    private static readonly TimeSpan ColdAnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Restores by the fastest way that the spec allows and that works; a failed one is explained in the note.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="stored">What the engine has of it.</param>
    /// <param name="purpose">The label of the container.</param>
    /// <param name="progress">Told when set-up files are run.</param>
    /// <param name="cancellationToken">Ends the work; the container is removed.</param>
    /// <exception cref="CrCacheException">No way works, or the pinned one does not.</exception>
    /// <exception cref="ImageMissingException">The engine does not have the checkpoint any more.</exception>
    public async Task<RestoredContainer> RestoreAsync(
        CheckpointSpec spec, StoredCheckpoint stored, string purpose, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (stored.Memory is null && spec.Mode == RestoreMode.Memory)
        {
            throw new CrCacheException(ErrorCodes.RestoreFailed, $"{spec.Name}: Mode is \"memory\", but there is no dump: {stored.WhyNoMemory}");
        }

        var note = stored.WhyNoMemory;
        if (stored.Memory is { } memory && MemoryServes(spec, stored, memory))
        {
            try
            {
                return await RestoreMemoryAsync(spec, stored, memory, purpose, cancellationToken).ConfigureAwait(false);
            }
            catch (CrCacheException e) when (spec.Mode == RestoreMode.Auto && e.Code != ErrorCodes.NoEngine)
            {
                note = $"{e.Code}: {e.Message}";
            }
        }

        return await StartColdAsync(spec, purpose, spec.Mode == RestoreMode.Cold ? null : note, progress, cancellationToken).ConfigureAwait(false);
    }

    internal async Task<RestoredContainer> RestoreMemoryAsync(
        CheckpointSpec spec, StoredCheckpoint stored, MemoryCheckpoint memory, string purpose, CancellationToken cancellationToken)
    {
        try
        {
            return await BringUpAsync(
                new Attempt(spec, ContainerPlan.Memory(spec, memory, purpose), Rung.Memory, MemoryTimeout, Note: null),
                FillVolumesAsync,
                ready: null,
                cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code is ErrorCodes.EngineCallFailed or ErrorCodes.NotReady or ErrorCodes.ContainerEnded)
        {
            throw new CrCacheException(ErrorCodes.RestoreFailed, $"{spec.Name} cannot be restored from memory: {CrCacheRuntime.Essence(e.Message)}", e);
        }

        async Task FillVolumesAsync(string id)
        {
            foreach (var (directory, file) in memory.Volumes)
            {
                var tar = store.OpenFile(stored.EngineId, stored.Key, file);
                await using (tar.ConfigureAwait(false))
                {
                    // The tar's first entry is the directory itself, so it is unpacked one level up.
                    await engine.WriteArchiveAsync(id, Parent(directory), tar, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static bool MemoryServes(CheckpointSpec spec, StoredCheckpoint stored, MemoryCheckpoint memory) => spec.Mode switch
    {
        RestoreMode.Memory => true,
        RestoreMode.Cold => false,
        _ => memory.RestoreSeconds < stored.ColdSeconds,
    };

    private static string Parent(string directory)
    {
        var slash = directory.TrimEnd('/').LastIndexOf('/');
        return slash <= 0 ? "/" : directory[..slash];
    }

    /// <summary>Starts a copy normally, with all set-up files.</summary>
    internal Task<RestoredContainer> StartColdAsync(
        CheckpointSpec spec, string purpose, string? note, IProgress<string> progress, CancellationToken cancellationToken) =>
        BringUpAsync(
            new Attempt(spec, ContainerPlan.Cold(spec, purpose), Rung.Cold, ColdAnswerTimeout, note),
            fill: null,
            async id =>
            {
                await new ReadyWaiter(engine).WaitAsync(id, spec, cancellationToken).ConfigureAwait(false);
                await SetupRunner.RunAsync(engine, id, spec, progress, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    private async Task<RestoredContainer> BringUpAsync(
        Attempt attempt, Func<string, Task>? fill, Func<string, Task>? ready, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var spec = attempt.Spec;
        var id = await engine.CreateContainerAsync(attempt.Definition, cancellationToken).ConfigureAwait(false);
        try
        {
            await (fill?.Invoke(id) ?? Task.CompletedTask).ConfigureAwait(false);
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            await (ready?.Invoke(id) ?? Task.CompletedTask).ConfigureAwait(false);
            var state = await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new CrCacheException(ErrorCodes.ContainerEnded, $"{spec.Name}: the container was removed by somebody as soon as it was started.");
            await AnswerWaiter.WaitAsync(spec, state, attempt.AnswerTimeout, cancellationToken).ConfigureAwait(false);
            return new RestoredContainer
            {
                Id = id,
                Spec = spec,
                Rung = attempt.Rung,
                Seconds = clock.Elapsed.TotalSeconds,
                Ports = spec.Ports.ToDictionary(port => port.Name, port => state.HostPort(spec, port.Name)),
                Note = attempt.Note,
            };
        }
        catch
        {
            await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private sealed record Attempt(CheckpointSpec Spec, ContainerDefinition Definition, Rung Rung, TimeSpan AnswerTimeout, string? Note);
}
