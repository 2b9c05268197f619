using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Store;

namespace CrCache.Upkeep;

/// <summary>
/// Keeps what one engine has of this user's checkpoints within the store's size: each change to a set-up file makes another
/// checkpoint, and nobody removes the one before. Those that go are brought back from their archives when they are wanted.
/// </summary>
internal sealed class EngineUpkeep(IEngine engine, InstalledCheckpoints store, ArchiveStore archives)
{
    /// <summary>Removes the least recently used ones until the rest fits. What is in use stays, and so does one key.</summary>
    public async Task MakeRoomAsync(string engineId, string key, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var installed = store.List().Where(checkpoint => checkpoint.EngineId == engineId).ToArray();
        var (size, budget) = (installed.Sum(checkpoint => checkpoint.EngineBytes), archives.Budget());
        if (size <= budget)
        {
            return;
        }

        var stored = await archives.ListAsync(cancellationToken).ConfigureAwait(false);
        var used = stored.ToDictionary(archive => archive.Key, archive => archive.LastUsed);
        foreach (var checkpoint in installed.Where(checkpoint => checkpoint.Key != key).OrderBy(LastUsed))
        {
            if (size <= budget)
            {
                return;
            }

            size -= await TryRemoveAsync(checkpoint, progress, cancellationToken).ConfigureAwait(false) ? checkpoint.EngineBytes : 0;
        }

        DateTimeOffset LastUsed(InstalledCheckpoint checkpoint)
        {
            var asStep = checkpoint.Used ?? checkpoint.Created;
            var asArchive = used.GetValueOrDefault(checkpoint.Key, checkpoint.Created);
            return asStep > asArchive ? asStep : asArchive;
        }
    }

    private async Task<bool> TryRemoveAsync(InstalledCheckpoint checkpoint, IProgress<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            await new CheckpointRemover(engine, store).RemoveAsync(checkpoint, progress, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (CrCacheException e) when (e.Code is ErrorCodes.CheckpointInUse or ErrorCodes.EngineCallFailed)
        {
            return false;
        }
    }
}
