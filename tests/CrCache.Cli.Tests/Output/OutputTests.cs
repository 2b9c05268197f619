using CrCache.Cli.Output;

namespace CrCache.Cli.Tests.Output;

[Collection(ConsoleGroup.Name)]
public sealed class OutputTests
{
    private static readonly string[] s_header = ["name", "size"];

    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(0.345, "0.35")]
    [InlineData(1234.5, "1234.50")]
    public void Seconds_have_two_digits(double seconds, string text) => Assert.Equal(text, Text.Seconds(seconds));

    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.9, "now")]
    [InlineData(1, "1 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(2 * 3600 - 1, "119 min")]
    [InlineData(2 * 3600, "2 h")]
    [InlineData(100 * 3600, "100 h")]
    public void An_age_has_the_unit_that_people_would_take(double seconds, string text) =>
        Assert.Equal(text, Text.Age(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task Columns_are_as_wide_as_their_widest_cell() => Assert.Equal(
        "name      size\na         1 KB\nlong one\n", await WriteAsync([["a", "1 KB"], ["long one", ""]], "Nothing."));

    [Fact]
    public async Task A_label_moves_no_cursor() => Assert.Equal(
        "name           size\n\\u001b[2Jmine  1 KB\n", await WriteAsync([["\u001b[2Jmine", "1 KB"]], "Nothing."));

    [Fact]
    public async Task A_table_without_rows_says_so() => Assert.Equal("Nothing.\n", await WriteAsync([], "Nothing."));

    private static async Task<string> WriteAsync(string[][] rows, string none)
    {
        var done = await CommandLine.CaptureAsync(new StringWriter(), () =>
        {
            Table.Write(s_header, rows, none);
            return Task.FromResult(0);
        });
        return done.Output.ReplaceLineEndings("\n");
    }
}
