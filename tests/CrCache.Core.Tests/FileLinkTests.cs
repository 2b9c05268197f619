using System.Runtime.Versioning;
using CrCache.Diagnostics;
using static CrCache.Core.Tests.TestArchives;

namespace CrCache.Core.Tests;

public sealed class FileLinkTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("crcache store ").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_link_is_the_archive_and_outlives_it()
    {
        var store = Open(_root);
        await AddAllAsync(store, "a");
        var path = Path.Combine(_root, "obj.checkpoint");
        await File.WriteAllTextAsync(path, "an older one");
        await store.LinkAsync(Key('a'), path, default);
        Assert.Equal(Content(Key('a'), 1000), await File.ReadAllBytesAsync(path));

        // Once more onto itself: rename(2) does nothing for two names of one file.
        await store.LinkAsync(Key('a'), path, default);
        Assert.Single(await store.PruneAsync(size: 0));
        Assert.Equal(Content(Key('a'), 1000), await File.ReadAllBytesAsync(path));
        Assert.Equal([path], Directory.GetFiles(_root));
    }

    [Fact]
    public async Task Without_an_archive_there_is_an_error_and_the_file_stays()
    {
        var path = Path.Combine(_root, "obj.checkpoint");
        await File.WriteAllTextAsync(path, "an older one");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => Open(_root).LinkAsync(Key('a'), path, default));
        Assert.Equal(ErrorCodes.NothingOfThatName, error.Code);
        Assert.Equal("an older one", await File.ReadAllTextAsync(path));
    }

    [LinuxTheory]
    [SupportedOSPlatform("linux")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task On_one_file_system_it_takes_no_space_and_on_another_it_is_a_private_copy(bool sameDisk)
    {
        // A tmpfs cannot clone.
        var memory = Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetFileName(_root))).FullName;
        try
        {
            var store = Open(sameDisk ? Path.Combine(memory, "home") : _root);
            await AddAllAsync(store, "a");
            var path = Path.Combine(memory, "mysql.checkpoint");
            var before = DateTime.UtcNow.AddSeconds(-1);
            await store.LinkAsync(Key('a'), path, default);
            Assert.Equal(Content(Key('a'), 1000), await File.ReadAllBytesAsync(path));
            if (sameDisk)
            {
                Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(path));
                await ChangeAsync(path);
                Assert.True(Assert.Single(await store.VerifyAsync(null, default)).IsBroken);
            }
            else
            {
                // As new as the build, and its owner's alone.
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
                Assert.True(File.GetLastWriteTimeUtc(path) >= before);
                await ChangeAsync(path);
                Assert.Empty(await store.VerifyAsync(null, default));
            }
        }
        finally
        {
            Directory.Delete(memory, recursive: true);
        }
    }

    [SupportedOSPlatform("linux")]
    private static async Task ChangeAsync(string path)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(path, "changed");
    }
}
