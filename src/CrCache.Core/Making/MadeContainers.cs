using CrCache.Engines;
using CrCache.Installing;
using CrCache.Ownership;

namespace CrCache.Making;

/// <summary>Removes the containers that a checkpoint is made with, and what was made of them.</summary>
internal sealed class MadeContainers(IEngine engine, CheckpointJob job)
{
    /// <summary>Removes a container and its image. What cannot be removed is said, and left to the next command.</summary>
    /// <remarks>The container last, and only where no image has stayed: the next command knows by it what else to remove.</remarks>
    public async Task RemoveAsync(string id)
    {
        if (await TryAsync(() => engine.RemoveImageAsync(CheckpointImageNames.Of(id), CancellationToken.None)).ConfigureAwait(false))
        {
            await TryAsync(() => engine.RemoveContainerAsync(id, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    /// <summary>The same, and before it its dump.</summary>
    public async Task RemoveWithDumpAsync(string id)
    {
        await TryAsync(() => new DumpCapture(engine, job).RemoveAsync(id)).ConfigureAwait(false);
        await RemoveAsync(id).ConfigureAwait(false);
    }

    /// <summary>Removes a container alone: its image and its dump are kept.</summary>
    public Task LeaveImageAsync(string id) => TryAsync(() => engine.RemoveContainerAsync(id, CancellationToken.None));

    private Task<bool> TryAsync(Func<Task> remove) => CleanUp.RunAsync(remove, job.Progress);
}
