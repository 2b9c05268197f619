using System.Text;
using CrCache.Store;
using Microsoft.Data.Sqlite;

namespace CrCache.Core.Tests.Store;

/// <summary>Archives of a form that is easy to write and read: a line with the key, a line with the name, then filling.</summary>
internal static class TestArchives
{
    private const string Magic = "archive";

    public static string Key(char digit) => new(digit, 64);

    public static byte[] Content(string key, int size)
    {
        var head = Encoding.ASCII.GetBytes($"{Magic}\n{key}\nmysql\n");
        return [.. head, .. Enumerable.Repeat((byte)'x', size - head.Length)];
    }

    public static ArchiveStore Open(string root, string? size = null) => new(root, Read, size);

    public static Task<ArchiveUse> AddAsync(ArchiveStore store, string key, int size = 1000) => store.AddAsync(
        key,
        async file =>
        {
            await file.WriteAsync(Content(key, size));
            return Entry(key);
        },
        CancellationToken.None);

    public static async Task AddAllAsync(ArchiveStore store, string keys, int size = 1000)
    {
        foreach (var digit in keys)
        {
            (await AddAsync(store, Key(digit), size)).Dispose();
        }
    }

    /// <summary>The first digits of the keys that the store has, in their order.</summary>
    public static async Task<string> KeysAsync(ArchiveStore store) =>
        string.Concat((await store.ListAsync(CancellationToken.None)).Select(archive => archive.Key[0]).Order());

    public static ArchiveEntry Entry(string key) => new()
    {
        Key = key,
        Name = "mysql",
        Image = "mysql:9",
        DiffId = "sha256:" + new string('0', 64),
        Created = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Does something to a store's index that the store itself would not.</summary>
    public static void ExecuteInIndex(string index, string text)
    {
        using var connection = new SqliteConnection($"Data Source={index};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static Task<ArchiveEntry?> Read(string path, CancellationToken cancellationToken) =>
        Task.FromResult(File.ReadLines(path).Take(2).ToArray() is [Magic, { } key] ? Entry(key) : null);
}
