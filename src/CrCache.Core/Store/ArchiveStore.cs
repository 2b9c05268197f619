using CrCache.Diagnostics;

namespace CrCache.Store;

/// <summary>
/// This user's archives: one file for each key, and an index of what is known of them. The files alone count; the index follows
/// them. Several processes may use one store at the same time (docs/store.md).
/// </summary>
public sealed partial class ArchiveStore
{
    private readonly KeyLocks _locks;
    private readonly ArchiveFiles _files;
    private readonly ArchiveIndex _index;
    private readonly Func<string, CancellationToken, Task<ArchiveEntry?>> _read;
    private readonly string? _size;

    /// <summary>Opens the store at CRCACHE_HOME, or in the user's cache directory, with the size of CRCACHE_STORE_SIZE.</summary>
    /// <param name="read">Reads what an archive says of itself; null where the file is none.</param>
    public ArchiveStore(Func<string, CancellationToken, Task<ArchiveEntry?>> read)
        : this(StoreDirectory.DefaultRoot(), read, Environment.GetEnvironmentVariable(StoreSize.Variable))
    {
    }

    /// <summary>Opens a store at a directory of its own. Nothing is made or read until it is needed.</summary>
    /// <param name="root">The directory.</param>
    /// <param name="read">Reads what an archive says of itself; null where the file is none.</param>
    /// <param name="size">What it may hold, as <see cref="StoreSize"/> reads it; null for the default.</param>
    public ArchiveStore(string root, Func<string, CancellationToken, Task<ArchiveEntry?>> read, string? size = null)
    {
        var directory = new StoreDirectory(root);
        _locks = new KeyLocks(directory);
        _files = new ArchiveFiles(directory);
        _index = new ArchiveIndex(directory, _locks);
        _read = read;
        _size = size;
        Root = directory.Root;
    }

    /// <summary>The store's directory.</summary>
    public string Root { get; }

    /// <summary>Whether there is an archive of that key. Looks at nothing but the file.</summary>
    public bool Contains(string key) => File.Exists(_files.PathOf(key));

    /// <summary>The archive of that key, which stays until the result is disposed; null where there is none.</summary>
    /// <remarks>
    /// Leaves the index alone, which costs start-up time: <see cref="TouchAsync"/> notes the use, when there is time for it.
    /// </remarks>
    public async Task<ArchiveUse?> OpenAsync(string key, CancellationToken cancellationToken)
    {
        if (!Contains(key))
        {
            return null;
        }

        var use = await UseAsync(key, cancellationToken).ConfigureAwait(false);
        if (Contains(key))
        {
            return use;
        }

        // Removed while this waited for the lock.
        use.Dispose();
        return null;
    }

    /// <summary>Notes that an archive was used, for the choice of those that go first.</summary>
    /// <remarks>Nothing depends on it: where it fails, another archive goes, and this is no reason to fail for who has restored
    /// one.</remarks>
    public async Task TouchAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await _index.TouchAsync(key, DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException)
        {
        }
    }

    /// <summary>
    /// Adds the archive that <paramref name="write"/> writes, or replaces the one that has the key, then makes room. It is in the
    /// store as a whole or not at all, whatever happens meanwhile.
    /// </summary>
    /// <param name="key">The checkpoint's key.</param>
    /// <param name="write">Writes the file, and says what it says of itself.</param>
    /// <param name="cancellationToken">Gives up while it is written.</param>
    /// <returns>The archive, which stays until the result is disposed.</returns>
    /// <exception cref="CrCacheException">The store cannot be used (CRC4001), the disk is full (CRC4010), or the size is none
    /// (CRC4011).</exception>
    public async Task<ArchiveUse> AddAsync(string key, Func<FileStream, Task<ArchiveEntry>> write, CancellationToken cancellationToken)
    {
        var use = await UseAsync(key, cancellationToken).ConfigureAwait(false);
        try
        {
            // Before the work, for it can be wrong.
            _ = Budget();
            var archive = await WriteAsync(key, write, cancellationToken).ConfigureAwait(false);
            await _index.PutAsync(archive, CancellationToken.None).ConfigureAwait(false);
            await PruneAsync(cancellationToken: CancellationToken.None).ConfigureAwait(false);
            return use;
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    /// <summary>Makes a file the same as an archive, replacing what is there as a whole: a clone, else a hard link, else a copy.</summary>
    /// <remarks>A hard link has the archive's times, which are older than the build: they say nothing about what is up to date.</remarks>
    /// <exception cref="CrCacheException">There is no such archive (CRC4002), or no space for the copy (CRC4010).</exception>
    public async Task LinkAsync(string key, string path, CancellationToken cancellationToken)
    {
        using var archive = await OpenAsync(key, cancellationToken).ConfigureAwait(false)
            ?? throw new CrCacheException(ErrorCodes.NothingOfThatName, $"The store {Root} has no archive of the key {key}.");
        FileLink.Replace(archive.Path, path);
    }

    private static string UseOf(string key) => key + ".use";

    private async Task<ArchiveUse> UseAsync(string key, CancellationToken cancellationToken) =>
        new(_files.PathOf(key), await _locks.ShareAsync(UseOf(key), cancellationToken).ConfigureAwait(false));

    private async Task<StoredArchive> WriteAsync(
        string key, Func<FileStream, Task<ArchiveEntry>> write, CancellationToken cancellationToken)
    {
        var file = _files.CreateTemporary();
        try
        {
            ArchiveEntry entry;
            await using (file.ConfigureAwait(false))
            {
                entry = await write(file).ConfigureAwait(false);

                // Renamed before its bytes are on the disk, it could be empty after a power failure.
                file.Flush(flushToDisk: true);
            }

            var archive = new StoredArchive
            {
                Key = key,
                Entry = entry,
                Size = new FileInfo(file.Name).Length,
                Digest = await ArchiveFiles.DigestAsync(file.Name, cancellationToken).ConfigureAwait(false),
                LastUsed = DateTimeOffset.UtcNow,
            };
            _files.Accept(file.Name, key);
            return archive;
        }
        catch (Exception e) when (StoreFailure.IsDiskFull(e))
        {
            throw StoreFailure.Full(e, _files.PathOf(key));
        }
        finally
        {
            // Not there any more where it was accepted.
            File.Delete(file.Name);
        }
    }
}
