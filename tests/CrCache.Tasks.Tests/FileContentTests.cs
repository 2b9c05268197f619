namespace CrCache.Tasks.Tests;

public sealed class FileContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_written_when_it_would_be_different(bool isPrivate)
    {
        var file = _folder.File("new folder/a");
        Assert.True(FileContent.WriteWhenDifferent(file, "é", isPrivate));
        Assert.False(FileContent.WriteWhenDifferent(file, "é", isPrivate));
        Assert.True(FileContent.WriteWhenDifferent(file, "b", isPrivate));
        Assert.Equal("b"u8.ToArray(), File.ReadAllBytes(file));
    }

    // Nobody would look for it under that name, and it may hold secrets.
    [Fact]
    public void Nothing_half_written_stays_behind()
    {
        Directory.CreateDirectory(_folder.File("a"));
        Assert.ThrowsAny<IOException>(() => FileContent.WriteWhenDifferent(_folder.File("a"), "text"));
        Assert.Equal([_folder.File("a")], Directory.GetFileSystemEntries(_folder.Path));
    }
}
