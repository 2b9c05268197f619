using CrCache.Store;
using static CrCache.Core.Tests.Store.TestArchives;

namespace CrCache.Core.Tests.Store;

/// <summary>The index is made of the files: what is wrong with it costs nobody an archive.</summary>
public sealed class ArchiveIndexTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache store ").FullName;

    private string Archives => Path.Combine(_folder, "home", "archives");

    private string IndexPath => Path.Combine(Archives, "index-1.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_index_follows_the_files()
    {
        var store = Open();
        await AddAllAsync(store, "abc");
        File.Delete(Path.Combine(Archives, Key('a') + ".checkpoint"));
        File.Delete(IndexPath);
        await AddAllAsync(store, "d");
        Assert.Equal("bcd", await KeysAsync(store));
        Assert.All(await store.ListAsync(default), archive => Assert.Equal(Entry(archive.Key), archive.Entry));
        File.Delete(Path.Combine(Archives, Key('b') + ".checkpoint"));
        var gone = Assert.Single(await store.VerifyAsync(null, default));
        Assert.Equal((Key('b'), false), (gone.Key, gone.IsBroken));
        Assert.Equal("cd", await KeysAsync(store));
    }

    [Theory]
    [InlineData("this is not a database, but long enough to be taken for one if nobody looks at how it begins")]
    [InlineData("")]
    public async Task An_index_that_cannot_be_read_is_made_again(string content)
    {
        var store = Open();
        await AddAllAsync(store, "ab");
        await File.WriteAllTextAsync(IndexPath, content);
        await store.TouchAsync(Key('a'), default);
        Assert.Equal("ab", await KeysAsync(store));
        Assert.Empty(await store.VerifyAsync(null, default));
    }

    [Fact]
    public async Task An_index_with_a_damaged_page_or_another_table_is_made_again_and_put_aside()
    {
        var store = Open();
        await AddAllAsync(store, "ab");
        using (var file = File.OpenWrite(IndexPath))
        {
            // The pages behind the first: the table's own.
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray());
        }

        Assert.Equal("ab", await KeysAsync(store));
        Assert.True(File.Exists(Path.Combine(_folder, "home", "quarantine", "index-1.db")));
        File.Delete(IndexPath);
        ExecuteInIndex(IndexPath, "CREATE TABLE archive (something)");
        Assert.Equal("ab", await KeysAsync(store));
    }

    private ArchiveStore Open() => TestArchives.Open(Path.Combine(_folder, "home"));
}
