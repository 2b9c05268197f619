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
public sealed class CheckpointRestorer(IEngine engine, InstalledCheckpoints store)
{
    // A restore answers at once or not at all; after this the next way is the better choice.
    private static readonly TimeSpan MemoryTimeout = TimeSpan.FromSeconds(10);

    // The readiness probe has succeeded by then.
    private static readonly TimeSpan StartedTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Restores by the fastest way that was proven here and that the spec allows; one that fails is explained in the note.</summary>
    /// <param name="spec">What is wanted.</param>
    /// <param name="stored">What the engine has of it.</param>
    /// <param name="purpose">The label of the container.</param>
    /// <param name="progress">Told when set-up files are run.</param>
    /// <param name="cancellationToken">Ends the work; the container is removed.</param>
    /// <exception cref="CrCacheException">No way works, or the pinned one does not.</exception>
    /// <exception cref="ImageMissingException">The engine does not have the checkpoint any more.</exception>
    public async Task<RestoredContainer> RestoreAsync(
        CheckpointSpec spec, InstalledCheckpoint stored, string purpose, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var note = NoteOf(spec, stored);
        foreach (var rung in RungsOf(spec, stored))
        {
            try
            {
                return rung switch
                {
                    Rung.Memory => await RestoreMemoryAsync(spec, stored.Memory!, VolumesOf(stored), purpose, cancellationToken).ConfigureAwait(false),
                    Rung.Files => await StartFilesAsync(spec, stored.Files!, VolumesOf(stored), purpose, note, cancellationToken).ConfigureAwait(false),
                    _ => await StartColdAsync(spec, purpose, note, progress, cancellationToken).ConfigureAwait(false),
                };
            }
            catch (CrCacheException e) when (spec.Mode == Rung.Auto && e.Code == ErrorCodes.RestoreFailed)
            {
                note = $"{e.Code}: {e.Message}";
            }
        }

        throw new CrCacheException(ErrorCodes.RestoreFailed, $"{spec.Name}: Mode is \"{spec.Mode.ToString().ToLowerInvariant()}\", but that is not possible here: {note}");
    }

    /// <summary>The contents of a checkpoint's volumes by their names.</summary>
    internal Func<string, Stream> VolumesOf(InstalledCheckpoint stored) => file => store.OpenFile(stored.EngineId, stored.Key, file);

    /// <summary>Restores from memory.</summary>
    /// <exception cref="CrCacheException">It cannot be done (CRC3004).</exception>
    internal Task<RestoredContainer> RestoreMemoryAsync(
        CheckpointSpec spec, InstalledMemory memory, Func<string, Stream> volumes, string purpose, CancellationToken cancellationToken) =>
        ExplainAsync($"{spec.Name} cannot be restored from memory", () => BringUpAsync(
            new Attempt(spec, ContainerPlan.Memory(spec, memory, purpose), Rung.Memory, MemoryTimeout, Note: null),
            id => FillVolumesAsync(id, memory.Volumes, volumes, cancellationToken),
            ready: null,
            cancellationToken));

    /// <summary>Starts a copy from the files of the stopped container.</summary>
    /// <exception cref="CrCacheException">It cannot be done (CRC3004).</exception>
    internal Task<RestoredContainer> StartFilesAsync(
        CheckpointSpec spec, InstalledFiles files, Func<string, Stream> volumes, string purpose, string? note, CancellationToken cancellationToken) =>
        ExplainAsync($"{spec.Name} cannot be started from its files", () => BringUpAsync(
            new Attempt(spec, ContainerPlan.Files(spec, files, purpose), Rung.Files, StartedTimeout, note),
            id => FillVolumesAsync(id, files.Volumes, volumes, cancellationToken),
            id => new ReadyWaiter(engine).WaitAsync(id, spec, cancellationToken),
            cancellationToken));

    /// <summary>Waits until a container whose probe has succeeded answers from outside.</summary>
    internal Task<ContainerState> AnswersAsync(CheckpointSpec spec, string id, CancellationToken cancellationToken) =>
        AnswersAsync(spec, id, StartedTimeout, cancellationToken);

    private async Task<ContainerState> AnswersAsync(CheckpointSpec spec, string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var state = await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new CrCacheException(ErrorCodes.ContainerEnded, $"{spec.Name}: the container was removed by somebody as soon as it was started.");
        await AnswerWaiter.WaitAsync(spec, state, timeout, cancellationToken).ConfigureAwait(false);
        return state;
    }

    // Starts a copy normally, with all set-up files.
    private Task<RestoredContainer> StartColdAsync(
        CheckpointSpec spec, string purpose, string? note, IProgress<string> progress, CancellationToken cancellationToken) =>
        BringUpAsync(
            new Attempt(spec, ContainerPlan.Cold(spec, purpose), Rung.Cold, StartedTimeout, note),
            fill: null,
            async id =>
            {
                await new ReadyWaiter(engine).WaitAsync(id, spec, cancellationToken).ConfigureAwait(false);
                await SetupRunner.RunAsync(engine, id, spec, progress, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    private static IEnumerable<Rung> RungsOf(CheckpointSpec spec, InstalledCheckpoint stored)
    {
        var proven = new List<(Rung Rung, double Seconds)> { (Rung.Cold, stored.ColdSeconds) };
        if (stored.Memory is { } memory)
        {
            proven.Add((Rung.Memory, memory.RestoreSeconds));
        }

        if (stored.Files is { } files && (spec.Mode == Rung.Files || FilesHoldAll(spec)))
        {
            proven.Add((Rung.Files, files.RestoreSeconds));
        }

        return proven
            .Where(way => spec.Mode == Rung.Auto || way.Rung.ToString() == spec.Mode.ToString())
            .OrderBy(way => way.Seconds)
            .Select(way => way.Rung);
    }

    // The presets' servers have on disk, when they are stopped, all that they were given. Of another one nobody knows whether it
    // keeps in memory alone what the set-up files have put there.
    private static bool FilesHoldAll(CheckpointSpec spec) => spec.Preset is not null || spec.Setup.Count == 0;

    // Why it may be slower than it could be; nothing where the way is what the user wanted.
    private static string? NoteOf(CheckpointSpec spec, InstalledCheckpoint stored) => spec.Mode switch
    {
        Rung.Cold => null,
        Rung.Files => stored.Files is null ? stored.WhyNoFiles : null,
        _ => stored.WhyNoMemory,
    };

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

    private async Task FillVolumesAsync(string id, IReadOnlyDictionary<string, string> volumes, Func<string, Stream> open, CancellationToken cancellationToken)
    {
        foreach (var (directory, file) in volumes)
        {
            var tar = open(file);
            await using (tar.ConfigureAwait(false))
            {
                // The tar's first entry is the directory itself, so it is unpacked one level up.
                await engine.WriteArchiveAsync(id, Parent(directory), tar, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string Parent(string directory)
    {
        var slash = directory.TrimEnd('/').LastIndexOf('/');
        return slash <= 0 ? "/" : directory[..slash];
    }

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
            var state = await AnswersAsync(spec, id, attempt.AnswerTimeout, cancellationToken).ConfigureAwait(false);
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
