using CrCache.Installing;
using CrCache.Registries;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>This user's store as a place that may have an archive.</summary>
internal sealed class UserStore(ArchiveStore archives) : IArchiveSource
{
    public CheckpointSource Source => CheckpointSource.Found;

    public bool IsByKey => true;

    public RegistryReference? From => null;

    public Task<ArchiveUse?> OpenAsync(CheckpointJob job, CancellationToken cancellationToken) =>
        archives.OpenAsync(job.Key, cancellationToken);
}
