using CrCache.Archives;
using CrCache.Files;
using CrCache.Installing;
using CrCache.Registries;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>The file under obj: it may be the archive that is wanted, and is to be that afterwards, where a build asks for it.</summary>
/// <param name="path">The file, or null where nobody asks for one.</param>
/// <param name="isWritten">Whether it is to be the archive afterwards.</param>
/// <param name="from">The repository that it was fetched from just now; null where nobody knows whose it is.</param>
/// <param name="archives">The store, whose archive it is then by another name.</param>
internal sealed class BuildOutput(string? path, bool isWritten, RegistryReference? from, ArchiveStore archives) : IArchiveSource
{
    public CheckpointSource Source => CheckpointSource.Found;

    // What an earlier build has left is that of an earlier key, more often than not.
    public bool IsByKey => false;

    public RegistryReference? From => from;

    public Task<ArchiveUse?> OpenAsync(CheckpointJob job, CancellationToken cancellationToken) =>
        Task.FromResult(File.Exists(path) ? new ArchiveUse(path) : null);

    /// <summary>Makes it the store's archive of a key, where it is to be written; false where the store does not have that.</summary>
    public async Task<bool> TryLinkAsync(string key, CancellationToken cancellationToken)
    {
        if (path is null || !isWritten)
        {
            return true;
        }

        if (!archives.Contains(key))
        {
            return false;
        }

        await archives.LinkAsync(key, path, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>
    /// Writes an archive that nobody could use later, and that the store does not get therefore, but a build has its output.
    /// </summary>
    public async Task WriteAsync(ArchiveRecord record, string directory, CancellationToken cancellationToken)
    {
        if (path is not null && isWritten)
        {
            using var content = new MemoryStream();
            await ArchiveWriter.WriteAsync(record, directory, content, keys: null, cancellationToken).ConfigureAwait(false);
            PrivateFile.Replace(path, file => content.WriteTo(file));
        }
    }
}
