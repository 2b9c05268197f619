using System.Text;
using CrCache.Files;

namespace CrCache.Core.Tests.Files;

public sealed class LineSinkTests
{
    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\r\ntwo", "one|two")]
    [InlineData("\n\n", "|")]
    [InlineData("", "")]
    public async Task Each_line_is_told(string text, string lines) => Assert.Equal(lines, string.Join('|', await WriteAsync(text)));

    [Fact]
    public async Task A_line_that_comes_in_parts_is_told_in_part_and_whole() =>
        Assert.Equal(["rea", "ready"], await WriteAsync("rea", "dy\n"));

    [Fact]
    public async Task It_is_told_which_are_whole()
    {
        var whole = new List<string>();
        using var sink = new LineSink((line, isWhole) => whole.AddRange(isWhole ? [line] : []));
        foreach (var part in new[] { "one\ntw", "o\n", "three" })
        {
            await sink.WriteAsync(Encoding.UTF8.GetBytes(part));
        }

        Assert.Equal(["one", "two"], whole);
    }

    [Fact]
    public async Task A_character_may_come_in_two_parts()
    {
        var told = new List<string>();
        using var sink = new LineSink((line, _) => told.Add(line));
        var bytes = Encoding.UTF8.GetBytes("prêt\n");
        await sink.WriteAsync(bytes.AsMemory(0, 3));
        await sink.WriteAsync(bytes.AsMemory(3));
        Assert.Equal("prêt", told[^1]);
    }

    private static async Task<IReadOnlyList<string>> WriteAsync(params string[] parts)
    {
        var told = new List<string>();
        using var sink = new LineSink((line, _) => told.Add(line));
        foreach (var part in parts)
        {
            await sink.WriteAsync(Encoding.UTF8.GetBytes(part));
        }

        return told;
    }
}
