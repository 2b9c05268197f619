namespace CrCache.Store;

// What is there, what is wrong with it, and what has to go.
public sealed partial class ArchiveStore
{
    /// <summary>How many bytes the archives take.</summary>
    public long Size() => _files.Size();

    /// <summary>How many bytes they may take.</summary>
    /// <exception cref="Diagnostics.CrCacheException">CRCACHE_STORE_SIZE is no size (CRC4011).</exception>
    public long Budget() => StoreSize.Budget(_size, _files.Size(), _files.Free());

    /// <summary>Whether some process uses it just now.</summary>
    public bool IsInUse(string key)
    {
        using var mine = _locks.TryExclusive(UseOf(key));
        return mine is null;
    }

    /// <summary>Removes the archive of a key; false where some process uses it just now.</summary>
    public async Task<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        using var mine = _locks.TryExclusive(UseOf(key));
        if (mine is null)
        {
            return false;
        }

        _files.Delete(key);
        await _index.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>All archives, the last used first.</summary>
    public async Task<IReadOnlyList<StoredArchive>> ListAsync(CancellationToken cancellationToken)
    {
        await FollowFilesAsync(cancellationToken).ConfigureAwait(false);
        var archives = await _index.AllAsync(cancellationToken).ConfigureAwait(false);
        return archives.OrderByDescending(archive => archive.LastUsed).ToArray();
    }

    /// <summary>
    /// Removes what was not used for so long, and then the least recently used ones until the rest fits. What is in use stays.
    /// </summary>
    /// <param name="unusedFor">Null: age alone is no reason.</param>
    /// <param name="size">How many bytes may stay; null for the store's own size.</param>
    /// <param name="cancellationToken">Ends it early; what is removed by then is whole.</param>
    /// <returns>Those that were removed.</returns>
    public async Task<IReadOnlyList<StoredArchive>> PruneAsync(
        TimeSpan? unusedFor = null, long? size = null, CancellationToken cancellationToken = default)
    {
        var budget = size ?? Budget();
        var archives = await ListAsync(cancellationToken).ConfigureAwait(false);
        var oldest = DateTimeOffset.UtcNow - unusedFor;
        var removed = new List<StoredArchive>();
        foreach (var archive in archives.Where(archive => archive.LastUsed < oldest))
        {
            if (await RemoveAsync(archive.Key, cancellationToken).ConfigureAwait(false))
            {
                removed.Add(archive);
            }
        }

        if (_files.Size() > budget)
        {
            _files.EmptyQuarantine();
        }

        var evicted = await Eviction.ShrinkAsync(
            archives.Except(removed), budget, archive => RemoveAsync(archive.Key, cancellationToken)).ConfigureAwait(false);
        return [.. removed, .. evicted];
    }

    /// <summary>Reads the archives and compares them with the index. What differs is put aside.</summary>
    /// <param name="start">The start of a key: of those archives only. Null: all.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>What was found; nothing where all is well.</returns>
    public async Task<IReadOnlyList<ArchiveFinding>> VerifyAsync(string? start, CancellationToken cancellationToken)
    {
        var findings = await FollowFilesAsync(cancellationToken).ConfigureAwait(false);
        var archives = await _index.AllAsync(cancellationToken).ConfigureAwait(false);
        foreach (var archive in archives.Where(archive => start is null || archive.Key.StartsWith(start, StringComparison.Ordinal)))
        {
            if (await VerifyAsync(archive, cancellationToken).ConfigureAwait(false) is { } finding)
            {
                findings.Add(finding);
            }
        }

        return findings;
    }

    private async Task<ArchiveFinding?> VerifyAsync(StoredArchive archive, CancellationToken cancellationToken)
    {
        using (var use = await OpenAsync(archive.Key, cancellationToken).ConfigureAwait(false))
        {
            if (use is null || await FaultOfAsync(archive, cancellationToken).ConfigureAwait(false) is null)
            {
                return null;
            }
        }

        using var mine = _locks.TryExclusive(UseOf(archive.Key));
        if (mine is null)
        {
            return new ArchiveFinding(archive.Key, true, "differs from what was added, but is in use; verify it again later");
        }

        // Looked at again now that it cannot change: it may have been replaced while it was read.
        var all = await _index.AllAsync(cancellationToken).ConfigureAwait(false);
        var now = all.FirstOrDefault(other => other.Key == archive.Key);
        if (now is null || !Contains(archive.Key) || await FaultOfAsync(now, cancellationToken).ConfigureAwait(false) is not { } fault)
        {
            return null;
        }

        _files.PutAside(archive.Key);
        await _index.DeleteAsync(archive.Key, cancellationToken).ConfigureAwait(false);
        return new ArchiveFinding(archive.Key, true, $"{fault}; it was put aside, and is made again when it is wanted");
    }

    private async Task<string?> FaultOfAsync(StoredArchive archive, CancellationToken cancellationToken)
    {
        if (await ArchiveFiles.DigestAsync(_files.PathOf(archive.Key), cancellationToken).ConfigureAwait(false) != archive.Digest)
        {
            return "differs from what was added";
        }

        return archive.Entry is null && await EntryOfAsync(archive.Key, cancellationToken).ConfigureAwait(false) is null
            ? "is no archive of this key"
            : null;
    }

    private async Task<ArchiveEntry?> EntryOfAsync(string key, CancellationToken cancellationToken) =>
        await _read(_files.PathOf(key), cancellationToken).ConfigureAwait(false) is { } entry && entry.Key == key ? entry : null;

    // Files that the index does not know: it was lost, or a process was killed between adding the one and the other.
    private async Task<List<ArchiveFinding>> FollowFilesAsync(CancellationToken cancellationToken)
    {
        var findings = new List<ArchiveFinding>();
        var all = await _index.AllAsync(cancellationToken).ConfigureAwait(false);
        var known = all.Select(archive => archive.Key).ToHashSet();
        foreach (var key in _files.Keys().Where(key => !known.Contains(key)))
        {
            using var use = await OpenAsync(key, cancellationToken).ConfigureAwait(false);
            if (use is not null)
            {
                var archive = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
                await _index.PutMissingAsync(archive, cancellationToken).ConfigureAwait(false);
                findings.Add(new ArchiveFinding(key, false, "was not in the index; it was added"));
            }
        }

        foreach (var key in known.Where(key => !Contains(key)))
        {
            await _index.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
            findings.Add(new ArchiveFinding(key, false, "is gone; it was taken out of the index"));
        }

        return findings;
    }

    private async Task<StoredArchive> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var file = new FileInfo(_files.PathOf(key));
        return new StoredArchive
        {
            Key = key,
            Entry = await EntryOfAsync(key, cancellationToken).ConfigureAwait(false),
            Size = file.Length,
            Digest = await ArchiveFiles.DigestAsync(file.FullName, cancellationToken).ConfigureAwait(false),
            LastUsed = file.LastAccessTimeUtc,
        };
    }
}
