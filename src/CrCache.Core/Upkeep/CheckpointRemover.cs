using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Names;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Upkeep;

/// <summary>Removes a checkpoint from its engine; its archive stays.</summary>
public sealed class CheckpointRemover(IEngine engine, InstalledCheckpoints store)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long to wait for a container that uses it to go: a lease removes its containers when its test run has ended already.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>
    /// Removes the dump, the images and the record, in an order that leaves nothing when it is interrupted and done again.
    /// </summary>
    /// <exception cref="CrCacheException">A container still uses it after <see cref="Patience"/> (CRC4003); nothing is removed
    /// then.</exception>
    public async Task RemoveAsync(InstalledCheckpoint checkpoint, IProgress<string> progress, CancellationToken cancellationToken)
    {
        // One that is being made again just now must not lose its new parts.
        using var nobodyMakesIt = await store.LockAsync(checkpoint.Key, progress, cancellationToken).ConfigureAwait(false);
        await WaitUntilUnusedAsync(checkpoint, progress, cancellationToken).ConfigureAwait(false);
        await RemoveFromEngineAsync(checkpoint, cancellationToken).ConfigureAwait(false);
        store.Remove(checkpoint.EngineId, checkpoint.Key);
    }

    /// <summary>Removes what an engine and its record have of a checkpoint that is to be brought there anew; the archive stays.</summary>
    internal async Task ForgetAsync(string engineId, string key, CancellationToken cancellationToken)
    {
        await RemovePartsAsync(store.Find(engineId, key), cancellationToken).ConfigureAwait(false);

        // Also where the record cannot be read.
        store.Remove(engineId, key);
    }

    /// <summary>Removes what an engine has of a checkpoint, if there was one, whose record is another one by now.</summary>
    internal async Task RemovePartsAsync(InstalledCheckpoint? checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint is null)
        {
            return;
        }

        try
        {
            await RemoveFromEngineAsync(checkpoint, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            // A container that was restored from it runs: no reason not to make another one.
        }
    }

    private async Task RemoveFromEngineAsync(InstalledCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint.Memory is { } memory)
        {
            // False where the runtime is not registered any more: then nobody can reach the dump, and nothing can restore it.
            await CrCacheRuntime.RemoveDumpAsync(
                engine,
                memory.ImageId,
                memory.Dump,
                ContainerLabels.Of(ContainerLabels.ForTrial, "remove"),
                cancellationToken).ConfigureAwait(false);
            await engine.RemoveImageAsync(memory.ImageName, cancellationToken).ConfigureAwait(false);
        }

        if (checkpoint.Files is { } files)
        {
            await engine.RemoveImageAsync(files.ImageName, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitUntilUnusedAsync(InstalledCheckpoint checkpoint, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        var isSaid = false;
        while (await FindUserAsync(checkpoint, cancellationToken).ConfigureAwait(false) is { } user)
        {
            if (waited.Elapsed >= Patience)
            {
                throw new CrCacheException(
                    ErrorCodes.CheckpointInUse,
                    $"The checkpoint {checkpoint.Name} {KeyShape.Shorten(checkpoint.Key)} is in use: "
                    + $"the container {user.Name} of {ContainerInventory.OwnerOf(user)} was restored from it. End that first.");
            }

            if (!isSaid)
            {
                progress.Report($"waiting for the container {user.Name} of {ContainerInventory.OwnerOf(user)}");
                isSaid = true;
            }

            await Task.Delay(s_pause, cancellationToken).ConfigureAwait(false);
        }
    }

    // Somebody's own containers count as well.
    private async Task<ContainerSummary?> FindUserAsync(InstalledCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        foreach (var image in checkpoint.ImageNames)
        {
            if (await engine.ListContainersOfAsync(image, cancellationToken).ConfigureAwait(false) is [var user, ..])
            {
                return user;
            }
        }

        return null;
    }
}
