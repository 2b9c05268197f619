using static CrCache.Core.Tests.Store.TestArchives;

namespace CrCache.Core.Tests.Store;

/// <summary>Several processes with one store; processes that are killed; file systems that say no.</summary>
public sealed class ArchiveStoreProcessTests : IDisposable
{
    private const string Nobody = "65534";
    private readonly string _root = Directory.CreateTempSubdirectory("crcache store ").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Two_processes_that_add_and_evict_at_once_leave_whole_archives_within_the_size()
    {
        // Both add the same keys, in another order, and there is room for four of eight.
        var keys = "01234567".Select(Key).ToArray();
        using var first = StoreProcess.Start([], _root, ["add", "200000", "800KB", .. keys]);
        using var second = StoreProcess.Start([], _root, ["add", "200000", "800KB", .. keys.Reverse()]);
        foreach (var process in new[] { first, second })
        {
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, output);
        }

        var store = Open(_root, "800KB");
        await store.PruneAsync();
        var archives = await store.ListAsync(default);

        // Four, or less where one took the other's removal for too late.
        Assert.InRange(archives.Count, 2, 4);
        Assert.Equal(archives.Count * 200_000, store.Size());
        Assert.Empty(await store.VerifyAsync(null, default));
        Assert.Equal(archives.Count + 1, Directory.GetFileSystemEntries(Path.Combine(_root, "archives")).Length);
    }

    [Fact]
    public async Task What_a_killed_process_was_writing_is_gone_after_the_next_one()
    {
        using var killed = StoreProcess.Start([], _root, "hang", Key('a'));
        Assert.Equal(StoreProcess.HalfWritten, await killed.StandardOutput.ReadLineAsync());
        var store = Open(_root);
        Assert.False(store.Contains(Key('a')));
        Assert.True(store.IsInUse(Key('a')));

        // While it lives, its file is left alone.
        await AddAllAsync(store, "b");
        Assert.Single(Directory.GetFiles(Path.Combine(_root, "archives"), "*.tmp"));
        killed.Kill();
        await killed.WaitForExitAsync();
        Assert.False(store.IsInUse(Key('a')));
        await AddAllAsync(store, "c");
        Assert.Empty(Directory.GetFiles(Path.Combine(_root, "archives"), "*.tmp"));
        Assert.Equal("bc", await KeysAsync(store));
    }

    [Requires(Need.Root)]
    public async Task A_full_disk_is_an_error_that_leaves_nothing()
    {
        // The mount is gone with the shell, however it ends.
        const string Script = """mount -t tmpfs -o size=1m,mode=700 crcache "$0" && "$@"; ls -A "$0/archives" """;
        using var process = StoreProcess.Start(
            ["unshare", "--mount", "sh", "-c", Script, _root], _root, "add", "300000", "0", Key('a'), Key('b'), Key('c'));
        var fits = await process.StandardOutput.ReadToEndAsync();
        Assert.DoesNotContain("CRC", fits, StringComparison.Ordinal);
        using var larger = StoreProcess.Start(["unshare", "--mount", "sh", "-c", Script, _root], _root, "add", "2000000", "5GB", Key('a'));
        var output = (await larger.StandardOutput.ReadToEndAsync()).Trim();
        Assert.StartsWith("CRC4010 ", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'));
    }

    [Requires(Need.Root)]
    public async Task A_directory_of_another_user_is_an_error_that_names_it()
    {
        using var process = StoreProcess.Start(["setpriv", "--reuid", Nobody, "--clear-groups"], _root, "add", "1000", "5GB", Key('a'));
        var output = await process.StandardOutput.ReadToEndAsync();
        Assert.StartsWith("CRC4001 ", output, StringComparison.Ordinal);
        Assert.Contains(_root, output, StringComparison.Ordinal);

        // After a call with sudo only what is inside belongs to root.
        await AddAllAsync(Open(_root), "b");
        Directory.Move(Path.Combine(_root, "locks"), Path.Combine(_root, "locks of root"));
        Programs.Run(_root, "chown", Nobody, ".");
        using var after = StoreProcess.Start(["setpriv", "--reuid", Nobody, "--clear-groups"], _root, "add", "1000", "5GB", Key('a'));
        output = await after.StandardOutput.ReadToEndAsync();
        Assert.StartsWith("CRC4001 ", output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_root, "archives"), output, StringComparison.Ordinal);
    }
}
