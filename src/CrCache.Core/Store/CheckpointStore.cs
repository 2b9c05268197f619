using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrCache.Diagnostics;

namespace CrCache.Store;

/// <summary>
/// What this user's engines have: one directory per engine and key. The dumps and images themselves are with the engine;
/// here are the record and the volumes' contents.
/// </summary>
public sealed class CheckpointStore
{
    private const string Record = "checkpoint.json";
    private readonly string _root;

    /// <summary>Opens the store at CRCACHE_HOME, or in the user's cache directory.</summary>
    public CheckpointStore()
        : this(DefaultRoot())
    {
    }

    /// <summary>Opens a store at a directory of its own.</summary>
    public CheckpointStore(string root) => _root = root;

    /// <summary>The checkpoint of that key on that engine, or null. A record that cannot be read counts as none.</summary>
    public StoredCheckpoint? Find(string engineId, string key) => Read(Path.Combine(EntryPath(engineId, key), Record));

    /// <summary>The checkpoints of all engines, the newest first. Records that cannot be read are left out.</summary>
    public IReadOnlyList<StoredCheckpoint> List()
    {
        var engines = Path.Combine(_root, "engines");
        var records = Directory.Exists(engines) ? Directory.EnumerateFiles(engines, Record, SearchOption.AllDirectories) : [];
        return records.Select(Read).OfType<StoredCheckpoint>().OrderByDescending(checkpoint => checkpoint.Created).ToArray();
    }

    /// <summary>Writes the record; from then on the checkpoint is found.</summary>
    public void Save(StoredCheckpoint checkpoint)
    {
        var directory = CreateDirectory(EntryPath(checkpoint.EngineId, checkpoint.Key));
        PrivateFile.Replace(
            Path.Combine(directory, Record),
            stream => JsonSerializer.Serialize(stream, checkpoint, CoreJson.Default.StoredCheckpoint));
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
        var path = Path.Combine(CreateDirectory(EntryPath(engineId, key)), name);
        File.Delete(path);
        var file = PrivateFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens a file that <see cref="SaveFileAsync"/> saved.</summary>
    public Stream OpenFile(string engineId, string key, string name) => File.OpenRead(Path.Combine(EntryPath(engineId, key), name));

    /// <summary>Waits until no other process makes the checkpoint of that key, and keeps others waiting until disposed.</summary>
    public async Task<IDisposable> LockAsync(string key, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var path = Path.Combine(CreateDirectory(Path.Combine(_root, "locks")), key + ".lock");
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                // The operating system lets go of it when the process ends, however it ends. The file stays: deleting
                // it would let two processes lock two files of the same name.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (attempt == 1)
                {
                    progress.Report("waiting for another process that makes the same checkpoint");
                }

                await Task.Delay(100, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static StoredCheckpoint? Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, CoreJson.Default.StoredCheckpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string DefaultRoot()
    {
        if (Environment.GetEnvironmentVariable("CRCACHE_HOME") is { Length: > 0 } home)
        {
            return Path.GetFullPath(home);
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsWindows())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "crcache");
        }

        if (OperatingSystem.IsMacOS())
        {
            return Path.Combine(user, "Library", "Caches", "crcache");
        }

        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? Path.Combine(cache, "crcache")
            : Path.Combine(user, ".cache", "crcache");
    }

    private string CreateDirectory(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                return Directory.CreateDirectory(path).FullName;
            }

            // The mode holds for the last directory of a path only; a private root covers what is below it.
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(_root, OwnerOnly);
            return Directory.CreateDirectory(path, OwnerOnly).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(
                ErrorCodes.StoreUnusable, $"The store's directory {path} cannot be made: {e.Message} Set CRCACHE_HOME to a directory of yours.", e);
        }
    }

    private string EntryPath(string engineId, string key)
    {
        var engine = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(engineId))).ToLowerInvariant()[..16];
        return Path.Combine(_root, "engines", engine, key);
    }
}
