using CrCache.Diagnostics;
using CrCache.Installing;
using CrCache.Registries;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>A place that may have a checkpoint's archive: a build's output, this user's store, a team's registry.</summary>
internal interface IArchiveSource
{
    /// <summary>How a checkpoint that was installed from here was come by.</summary>
    CheckpointSource Source { get; }

    /// <summary>True where an archive is asked for by its key, so that one of another key is damage; false where any may be.</summary>
    bool IsByKey { get; }

    /// <summary>The repository that archives from here were fetched from just now; null where nobody knows whose they are.</summary>
    RegistryReference? From { get; }

    /// <summary>The archive as a file, which stays until the result is disposed; null where this place has none.</summary>
    /// <exception cref="CrCacheException">Only where nothing can be made either: what a place lacks, another may have.</exception>
    Task<ArchiveUse?> OpenAsync(CheckpointJob job, CancellationToken cancellationToken);
}
