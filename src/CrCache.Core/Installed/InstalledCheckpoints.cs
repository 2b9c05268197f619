using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Ownership;
using CrCache.Store;

namespace CrCache.Installed;

/// <summary>
/// What this user's engines have: one directory per engine and key. The dumps and images themselves are with the engine;
/// here are the record and the volumes' contents.
/// </summary>
public sealed class InstalledCheckpoints
{
    private const string Record = "checkpoint.json";
    private readonly StoreDirectory _directory;
    private readonly KeyLocks _locks;

    /// <summary>Opens the store at CRCACHE_HOME, or in the user's cache directory.</summary>
    public InstalledCheckpoints()
        : this(StoreDirectory.DefaultRoot())
    {
    }

    /// <summary>Opens a store at a directory of its own.</summary>
    public InstalledCheckpoints(string root)
    {
        _directory = new StoreDirectory(root);
        _locks = new KeyLocks(_directory);
    }

    /// <summary>
    /// What the engines know this store by: images that carry it and that no record here names are leftovers of this store. Random, so
    /// that a store that was lost and made again does not take what another one has.
    /// </summary>
    /// <exception cref="CrCacheException">It cannot be read or written (CRC4001).</exception>
    public string StoreId()
    {
        var path = Path.Combine(_directory.Create(""), "id");
        try
        {
            if (!File.Exists(path))
            {
                // Of two processes that begin a store together one gives its id.
                var temporary = OwnedTemporary.In(_directory.Root);
                using (var file = PrivateFile.Create(temporary))
                {
                    file.Write(Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")));
                }

                PrivateFile.NameOnce(temporary, path);
            }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.Of(e, path);
        }
    }

    /// <summary>The checkpoint of that key on that engine, or null. A record that cannot be read counts as none.</summary>
    public InstalledCheckpoint? Find(string engineId, string key) => Read(Path.Combine(EntryPath(engineId, key), Record));

    /// <summary>The checkpoints of all engines, the newest first. Records that cannot be read are left out.</summary>
    public IReadOnlyList<InstalledCheckpoint> List()
    {
        var engines = Path.Combine(_directory.Root, "engines");
        var records = Directory.Exists(engines) ? Directory.EnumerateFiles(engines, Record, SearchOption.AllDirectories) : [];
        return records.Select(Read).OfType<InstalledCheckpoint>().OrderByDescending(checkpoint => checkpoint.Created).ToArray();
    }

    /// <summary>Writes the record; from then on the checkpoint is found.</summary>
    public void Save(InstalledCheckpoint checkpoint)
    {
        var directory = _directory.Create(EntryPath(checkpoint.EngineId, checkpoint.Key));
        PrivateFile.Replace(
            Path.Combine(directory, Record),
            stream => JsonSerializer.Serialize(stream, checkpoint, InstalledJson.Default.InstalledCheckpoint));
    }

    /// <summary>Forgets a checkpoint.</summary>
    public void Remove(string engineId, string key)
    {
        var directory = EntryPath(engineId, key);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Saves a file of a checkpoint beside its record.</summary>
    public async Task SaveFileAsync(string engineId, string key, string name, Stream content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_directory.Create(EntryPath(engineId, key)), name);
        File.Delete(path);
        var file = PrivateFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Saves a checkpoint's volumes as files beside its record.</summary>
    /// <param name="checkpoint">The engine's id and the key.</param>
    /// <param name="rung">What they belong to.</param>
    /// <param name="files">Files here by directory in the container.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The files' names by directory in the container.</returns>
    internal async Task<IReadOnlyDictionary<string, string>> SaveVolumesAsync(
        (string EngineId, string Key) checkpoint,
        string rung,
        IReadOnlyDictionary<string, string> files,
        CancellationToken cancellationToken)
    {
        var saved = new Dictionary<string, string>();
        foreach (var (directory, file) in files)
        {
            var name = $"{rung}-{Path.GetFileName(file)}";
            using var content = File.OpenRead(file);
            await SaveFileAsync(checkpoint.EngineId, checkpoint.Key, name, content, cancellationToken).ConfigureAwait(false);
            saved[directory] = name;
        }

        return saved;
    }

    /// <summary>Opens a file that <see cref="SaveFileAsync"/> saved.</summary>
    public Stream OpenFile(string engineId, string key, string name) => File.OpenRead(Path.Combine(EntryPath(engineId, key), name));

    /// <summary>
    /// Removes what killed processes were writing in the store. Who writes there does it as well, but at that place only.
    /// </summary>
    /// <exception cref="CrCacheException">The store cannot be read (CRC4001).</exception>
    public void SweepTemporaries()
    {
        var root = _directory.Create("");
        try
        {
            foreach (var directory in Directory.GetDirectories(root).Prepend(root))
            {
                OwnedTemporary.Sweep(directory);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.Of(e, root);
        }
    }

    /// <summary>An empty directory to put a checkpoint together in, which only its owner can enter. Those of killed processes go.</summary>
    public string CreateWorkDirectory()
    {
        var work = _directory.Create("work");
        OwnedTemporary.Sweep(work);
        return _directory.Create(OwnedTemporary.In(work));
    }

    /// <summary>Keeps others from making the checkpoint of that key until disposed; null where somebody makes it now.</summary>
    public IDisposable? TryLock(string key) => _locks.TryExclusive(LockOf(key));

    /// <summary>Waits until no other process makes the checkpoint of that key, and keeps others waiting until disposed.</summary>
    public async Task<IDisposable> LockAsync(string key, IProgress<string> progress, CancellationToken cancellationToken)
    {
        // What takes no longer is no news.
        const int Patience = 20;
        for (var attempt = 0; ; attempt++)
        {
            if (TryLock(key) is { } taken)
            {
                return taken;
            }

            if (attempt == 1)
            {
                progress.Report("waiting for another process that makes the same checkpoint");
            }
            else if (attempt == Patience && _locks.HolderOf(LockOf(key)) is { } holder)
            {
                progress.Report($"still waiting: {holder} makes the same checkpoint");
            }

            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string LockOf(string key) => key + ".lock";

    private static InstalledCheckpoint? Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, InstalledJson.Default.InstalledCheckpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private string EntryPath(string engineId, string key)
    {
        var engine = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(engineId))).ToLowerInvariant()[..16];
        return Path.Combine(_directory.Root, "engines", engine, key);
    }
}
