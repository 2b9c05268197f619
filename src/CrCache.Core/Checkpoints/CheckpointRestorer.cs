using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Readiness;
using CrCache.Runtimes;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>Brings a private copy of a checkpoint back.</summary>
public sealed class CheckpointRestorer(IEngine engine, CheckpointStore store)
{
    // A restore answers at once or not at all; after this a normal start is the better choice.
    private static readonly TimeSpan MemoryTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Restores by the fastest way that the spec allows and that works; a failed one is explained in the note.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="stored">What the engine has of it.</param>
    /// <param name="purpose">The label of the container.</param>
    /// <param name="cancellationToken">Ends the work; the container is removed.</param>
    /// <exception cref="CrCacheException">No way works, or the pinned one does not.</exception>
    /// <exception cref="ImageMissingException">The engine does not have the checkpoint any more.</exception>
    public async Task<RestoredContainer> RestoreAsync(
        CheckpointSpec spec, StoredCheckpoint stored, string purpose, CancellationToken cancellationToken)
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

        return await StartColdAsync(spec, purpose, spec.Mode == RestoreMode.Cold ? null : note, cancellationToken).ConfigureAwait(false);
    }

    internal async Task<RestoredContainer> RestoreMemoryAsync(
        CheckpointSpec spec, StoredCheckpoint stored, MemoryCheckpoint memory, string purpose, CancellationToken cancellationToken)
    {
        try
        {
            return await BringUpAsync(
                spec, ContainerPlan.Memory(spec, memory, purpose), Rung.Memory, MemoryTimeout, note: null, FillVolumesAsync, ready: null, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code is ErrorCodes.EngineCallFailed or ErrorCodes.NotReady)
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

    private Task<RestoredContainer> StartColdAsync(CheckpointSpec spec, string purpose, string? note, CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromSeconds(spec.TimeoutSeconds);
        return BringUpAsync(
            spec,
            ContainerPlan.Cold(spec, purpose),
            Rung.Cold,
            timeout,
            note,
            fill: null,
            id => ReadyWaiter.WaitAsync(engine, id, spec.Name, spec.Ready, timeout, cancellationToken),
            cancellationToken);
    }

    private async Task<RestoredContainer> BringUpAsync(
        CheckpointSpec spec,
        ContainerDefinition definition,
        Rung rung,
        TimeSpan timeout,
        string? note,
        Func<string, Task>? fill,
        Func<string, Task>? ready,
        CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var id = await engine.CreateContainerAsync(definition, cancellationToken).ConfigureAwait(false);
        try
        {
            await (fill?.Invoke(id) ?? Task.CompletedTask).ConfigureAwait(false);
            await engine.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
            await (ready?.Invoke(id) ?? Task.CompletedTask).ConfigureAwait(false);
            var state = await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false);
            var ports = new Dictionary<string, int>();
            foreach (var (name, inside) in spec.Ports)
            {
                ports[name] = state is not null && state.PublishedPorts.TryGetValue(inside, out var outside)
                    ? outside
                    : throw new CrCacheException(ErrorCodes.ContainerEnded, $"{spec.Name}: the container ended as soon as it was started ({rung}); see `docker logs {definition.Name}`.");
            }

            if (spec.Answer is { } answer)
            {
                await AnswerWaiter.WaitAsync("127.0.0.1", ports[answer.Port], answer, spec.Name, timeout, cancellationToken).ConfigureAwait(false);
            }

            return new RestoredContainer { Id = id, Spec = spec, Rung = rung, Seconds = clock.Elapsed.TotalSeconds, Ports = ports, Note = note };
        }
        catch
        {
            await engine.RemoveContainerAsync(id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }
}
