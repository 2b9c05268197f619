using CrCache.Diagnostics;
using CrCache.Files;
using Microsoft.Data.Sqlite;

namespace CrCache.Store;

/// <summary>
/// What is known of the archives, in SQLite. It can be made again from the files at any time, so one that cannot be read is
/// put aside and a new one begun.
/// </summary>
/// <remarks>
/// SQLite's rollback journal, its default, and not a WAL: that needs memory shared by all processes, which those of two machines
/// with one home on the network do not have. Nothing is lost by it, since work here takes milliseconds and goes by turns anyway.
/// </remarks>
internal sealed class ArchiveIndex(StoreDirectory directory, KeyLocks locks)
{
    // Another shape of the table needs another file name: several versions of crcache may share a store.
    private const string FileName = "index-1.db";

    private const string Table =
        """
        CREATE TABLE IF NOT EXISTS archive (
            key TEXT NOT NULL PRIMARY KEY, name TEXT, image TEXT, diff_id TEXT, created INTEGER,
            size INTEGER NOT NULL, digest TEXT NOT NULL, last_used INTEGER NOT NULL, uses INTEGER NOT NULL)
        """;

    private const string Insert =
        """
        INSERT INTO archive (key, name, image, diff_id, created, size, digest, last_used, uses)
        VALUES ($key, $name, $image, $diff_id, $created, $size, $digest, $last_used, 0)
        """;

    /// <summary>All archives.</summary>
    public Task<IReadOnlyList<StoredArchive>> AllAsync(CancellationToken cancellationToken) => UseAsync<IReadOnlyList<StoredArchive>>(
        connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT key, name, image, diff_id, created, size, digest, last_used, uses FROM archive";
        using var reader = command.ExecuteReader();
        var archives = new List<StoredArchive>();
        while (reader.Read())
        {
            archives.Add(Read(reader));
        }

        return archives;
    }, cancellationToken);

    /// <summary>Enters an archive that was added, in place of an older one.</summary>
    public Task PutAsync(StoredArchive archive, CancellationToken cancellationToken) => ExecuteAsync(
        Insert + """
             ON CONFLICT (key) DO UPDATE SET name = excluded.name, image = excluded.image, diff_id = excluded.diff_id,
             created = excluded.created, size = excluded.size, digest = excluded.digest, last_used = excluded.last_used
            """,
        Parameters(archive),
        cancellationToken);

    /// <summary>Enters an archive that was found, unless somebody has entered it meanwhile.</summary>
    public Task PutMissingAsync(StoredArchive archive, CancellationToken cancellationToken) =>
        ExecuteAsync(Insert + " ON CONFLICT (key) DO NOTHING", Parameters(archive), cancellationToken);

    /// <summary>Takes one out.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        ExecuteAsync("DELETE FROM archive WHERE key = $key", [("$key", key)], cancellationToken);

    /// <summary>Notes that one was used.</summary>
    public Task TouchAsync(string key, DateTimeOffset now, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE archive SET last_used = $now, uses = uses + 1 WHERE key = $key",
        [("$key", key), ("$now", now.ToUnixTimeMilliseconds())],
        cancellationToken);

    private static StoredArchive Read(SqliteDataReader reader)
    {
        var key = reader.GetString(0);
        return new StoredArchive
        {
            Key = key,
            Entry = reader.IsDBNull(3) ? null : new ArchiveEntry
            {
                Key = key,
                Name = reader.IsDBNull(1) ? null : reader.GetString(1),
                Image = reader.IsDBNull(2) ? null : reader.GetString(2),
                DiffId = reader.GetString(3),
                Created = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
            },
            Size = reader.GetInt64(5),
            Digest = reader.GetString(6),
            LastUsed = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(7)),
            Uses = reader.GetInt64(8),
        };
    }

    private static (string Name, object? Value)[] Parameters(StoredArchive archive) =>
    [
        ("$key", archive.Key),
        ("$name", archive.Entry?.Name),
        ("$image", archive.Entry?.Image),
        ("$diff_id", archive.Entry?.DiffId),
        ("$created", archive.Entry?.Created.ToUnixTimeMilliseconds()),
        ("$size", archive.Size),
        ("$digest", archive.Digest),
        ("$last_used", archive.LastUsed.ToUnixTimeMilliseconds()),
    ];

    private Task<int> ExecuteAsync(
        string text, (string Name, object? Value)[] parameters, CancellationToken cancellationToken) => UseAsync(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command.ExecuteNonQuery();
    }, cancellationToken);

    // One process at a time: nobody has a file open that another one puts aside.
    private async Task<T> UseAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory.Create(ArchiveFiles.Folder), FileName);
        using var mine = await locks.ExclusiveAsync("index", cancellationToken).ConfigureAwait(false);
        try
        {
            try
            {
                return Open(path, work);
            }
            catch (SqliteException e) when (e.SqliteErrorCode is not (SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_FULL))
            {
                PutAside(path);
                return Open(path, work);
            }
        }
        catch (SqliteException e)
        {
            throw e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL
                ? StoreFailure.Full(e, path)
                : StoreFailure.Unusable($"Its index {path} fails: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.Of(e, path);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException)
        {
            // The first line says why; the others are all the places that were looked at.
            var reason = e.GetBaseException().Message.Split('\n')[0];
            throw new CrCacheException(
                ErrorCodes.StoreUnusable, $"The store's index needs SQLite (on Linux with glibc 2.34 or later, or musl). {reason}", e);
        }
    }

    private static T Open<T>(string path, Func<SqliteConnection, T> work)
    {
        if (!File.Exists(path))
        {
            // SQLite takes an empty file for a new database, and its journal gets the same mode.
            PrivateFile.Create(path).Dispose();
        }

        // A pool would keep the file open, and then Windows does not let it be renamed.
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Table;
        command.ExecuteNonQuery();
        return work(connection);
    }

    // The journal goes first: it would be played back into the file that takes the place of its own.
    private void PutAside(string path)
    {
        File.Delete(path + "-journal");
        if (File.Exists(path))
        {
            File.Move(path, Path.Combine(directory.Create(ArchiveFiles.Quarantine), FileName), overwrite: true);
        }
    }
}
