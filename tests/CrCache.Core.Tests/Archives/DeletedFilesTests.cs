using System.Text.Json;
using CrCache.Tar;

namespace CrCache.Core.Tests.Archives;

public sealed class DeletedFilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Paths_come_back_and_other_tools_can_read_them()
    {
        string[] paths = ["etc/removed", "a b", TarPath.FromText("é\n\""), "back\\slash"];
        await DeletedFiles.WriteAsync(_file, paths, default);
        Assert.Equal(paths, await DeletedFiles.ReadAsync(_file, default));
        Assert.Equal(
            ["etc/removed", "a b", "é\n\"", "back\\slash"], JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(_file))!);
        await DeletedFiles.WriteAsync(_file, [], default);
        Assert.Empty(await DeletedFiles.ReadAsync(_file, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[null]")]
    [InlineData("[\"a\"")]
    [InlineData("[\"\\ud800\"]")]
    public async Task What_is_no_list_is_refused(string content)
    {
        await File.WriteAllTextAsync(_file, content);
        await Assert.ThrowsAsync<InvalidDataException>(() => DeletedFiles.ReadAsync(_file, default));
    }

    [Fact]
    public async Task A_list_that_no_memory_holds_is_refused()
    {
        using (var file = File.OpenWrite(_file))
        {
            file.SetLength(100L << 30);
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => DeletedFiles.ReadAsync(_file, default));
    }
}
