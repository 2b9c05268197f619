using CrCache.Diagnostics;
using CrCache.Store;
using static CrCache.Core.Tests.Store.TestArchives;

namespace CrCache.Core.Tests.Store;

public sealed class ArchiveStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache store ").FullName;

    private string Archives => Path.Combine(_folder, "home", "archives");

    private string IndexPath => Path.Combine(Archives, "index-1.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_added_is_found_listed_and_well()
    {
        var store = Open();
        Assert.False(store.Contains(Key('a')));
        Assert.Null(await store.OpenAsync(Key('a'), default));
        await AddAllAsync(store, "a");
        using (var use = await store.OpenAsync(Key('a'), default))
        {
            Assert.Equal(Content(Key('a'), 1000), await File.ReadAllBytesAsync(use!.Path));
        }

        await store.TouchAsync(Key('a'), default);
        var archive = Assert.Single(await store.ListAsync(default));
        Assert.Equal((Entry(Key('a')), 1000, 1), (archive.Entry, archive.Size, archive.Uses));
        Assert.Equal(
            "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Content(Key('a'), 1000))), archive.Digest);
        Assert.Equal(1000, store.Size());
        Assert.Empty(await store.VerifyAsync(null, default));
    }

    [Fact]
    public async Task A_key_that_is_added_again_replaces_the_file_and_keeps_its_uses()
    {
        var store = Open();
        await AddAllAsync(store, "a");
        await store.TouchAsync(Key('a'), default);
        await AddAllAsync(store, "a", 2000);
        var archive = Assert.Single(await store.ListAsync(default));
        Assert.Equal((2000, 1), (archive.Size, archive.Uses));
        Assert.Empty(await store.VerifyAsync(null, default));
    }

    [Fact]
    public async Task Nobody_else_can_look_into_it_and_nobody_writes_into_an_archive_by_mistake()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode Directory700 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var whileWritten = UnixFileMode.None;
        (await Open().AddAsync(Key('a'), file => Task.FromResult(Look(file)), default)).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, whileWritten);
        Assert.Equal(Directory700, File.GetUnixFileMode(Path.Combine(_folder, "home")));
        Assert.Equal(Directory700, File.GetUnixFileMode(Archives));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(Archives, Key('a') + ".checkpoint")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(IndexPath));

        ArchiveEntry Look(FileStream file)
        {
            whileWritten = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file.Name);
            return Entry(Key('a'));
        }
    }

    [Fact]
    public async Task The_least_recently_used_go_but_not_what_is_in_use()
    {
        var store = Open("3KB");
        await AddAllAsync(store, "abc");
        await store.TouchAsync(Key('a'), default);
        using (await store.OpenAsync(Key('b'), default))
        {
            Assert.True(store.IsInUse(Key('b')));
            await AddAllAsync(store, "d");
            Assert.Equal("abd", await KeysAsync(store));
        }

        Assert.False(store.IsInUse(Key('b')));
        await AddAllAsync(store, "e");
        Assert.Equal("ade", await KeysAsync(store));
    }

    [Fact]
    public async Task With_no_size_nothing_stays_but_what_is_in_use()
    {
        var store = Open("0");
        using (await AddAsync(store, Key('a')))
        {
            Assert.True(store.Contains(Key('a')));
            await AddAllAsync(store, "b");
            Assert.Equal("ab", await KeysAsync(store));
        }

        await AddAllAsync(store, "c");
        Assert.Equal("c", await KeysAsync(store));
    }

    [Fact]
    public async Task A_bad_size_is_found_out_before_the_work()
    {
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => Open("much").AddAsync(Key('a'), _ => throw new InvalidOperationException("the work"), default));
        Assert.Equal(ErrorCodes.BadStoreSize, error.Code);
    }

    [Fact]
    public async Task Prune_goes_by_age_and_by_size()
    {
        var store = Open();
        await AddAllAsync(store, "abc");
        Assert.Empty(await store.PruneAsync(TimeSpan.FromMinutes(50)));
        Assert.Equal(Key('a'), Assert.Single(await store.PruneAsync(size: 2000)).Key);
        ExecuteInIndex(IndexPath, $"UPDATE archive SET last_used = last_used - 3600000 WHERE key = '{Key('c')}'");
        Assert.Empty(await store.PruneAsync(TimeSpan.FromMinutes(90)));
        Assert.Equal(Key('c'), Assert.Single(await store.PruneAsync(TimeSpan.FromMinutes(50))).Key);
        Assert.Equal("b", await KeysAsync(store));
    }

    [Fact]
    public async Task An_add_that_fails_leaves_nothing()
    {
        var store = Open();
        await AddAllAsync(store, "b");
        await Assert.ThrowsAsync<InvalidDataException>(() => store.AddAsync(Key('a'), FailAsync, default));
        Assert.Equal(["index-1.db", Key('b') + ".checkpoint"], FilesOf(Archives));
        Assert.False(store.IsInUse(Key('a')));

        static async Task<ArchiveEntry> FailAsync(FileStream file)
        {
            await file.WriteAsync(new byte[5000]);
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task What_was_changed_on_the_disk_is_put_aside_and_makes_room_first()
    {
        var store = Open("3KB");
        await AddAllAsync(store, "abc");
        Overwrite(Path.Combine(Archives, Key('a') + ".checkpoint"), "other");
        Overwrite(Path.Combine(Archives, Key('b') + ".checkpoint"), "other");
        var found = Assert.Single(await store.VerifyAsync("a", default));
        Assert.Equal((Key('a'), true), (found.Key, found.IsBroken));
        Assert.False(store.Contains(Key('a')));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "home", "quarantine")));
        using (await store.OpenAsync(Key('b'), default))
        {
            Assert.Contains("in use", Assert.Single(await store.VerifyAsync(null, default)).Message, StringComparison.Ordinal);
            Assert.True(store.Contains(Key('b')));
        }

        Assert.True(Assert.Single(await store.VerifyAsync(null, default)).IsBroken);
        await AddAllAsync(store, "de", 900);
        Assert.Equal("cde", await KeysAsync(store));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "home", "quarantine")));
    }

    [Fact]
    public async Task Files_that_are_no_archive_of_their_key_are_put_aside()
    {
        var store = Open();
        await AddAllAsync(store, "a");
        File.Copy(Path.Combine(Archives, Key('a') + ".checkpoint"), Path.Combine(Archives, Key('b') + ".checkpoint"));
        await File.WriteAllTextAsync(Path.Combine(Archives, Key('c') + ".checkpoint"), "no archive");
        await File.WriteAllTextAsync(Path.Combine(Archives, "notes.checkpoint"), "not ours");
        var broken = (await store.VerifyAsync(null, default)).Where(finding => finding.IsBroken).ToArray();
        Assert.Equal([Key('b'), Key('c')], broken.Select(finding => finding.Key).Order());
        Assert.Equal("a", await KeysAsync(store));
    }

    private static void Overwrite(string path, string text)
    {
        // Root may write into what is read-only, others have to ask for it.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Write(System.Text.Encoding.ASCII.GetBytes(text));
    }

    private static string[] FilesOf(string folder) =>
        Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).OrderDescending(StringComparer.Ordinal).ToArray();

    private ArchiveStore Open(string? size = null) => TestArchives.Open(Path.Combine(_folder, "home"), size);
}
