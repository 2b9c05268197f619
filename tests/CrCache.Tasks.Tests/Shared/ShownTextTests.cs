using CrCache.Shared;

namespace CrCache.Tasks.Tests.Shared;

public sealed class ShownTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("two\nlines\r\nand a\ttab: ü 🔑 \u2028", "two\nlines\r\nand a\ttab: ü 🔑 \u2028")]
    [InlineData("\u001b[2J\u001b]0;title\a", "\\u001b[2J\\u001b]0;title\\u0007")]
    [InlineData("real\rfake", "real\\u000dfake")]
    [InlineData("real\b\b\b\bfake\r", "real\\u0008\\u0008\\u0008\\u0008fake\\u000d")]
    [InlineData("\u009b2J\u007f\0", "\\u009b2J\\u007f\\u0000")]
    [InlineData("a\u202eb\u2066c", "a\\u202eb\\u2066c")]
    public void What_a_terminal_obeys_is_shown(string text, string shown) => Assert.Equal(shown, ShownText.Of(text));

    [Fact]
    public void So_is_it_in_what_the_clients_relay()
    {
        var line = ToolLine.TryParse("""{"event":"error","code":"CRC3001","message":"its log: \u001b[31mred"}""")!;
        Assert.Equal(@"its log: \u001b[31mred", line.Message);
    }
}
