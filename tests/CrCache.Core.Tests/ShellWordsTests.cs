using CrCache.Specs;

namespace CrCache.Core.Tests;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData(" \t\n ", new string[0])]
    [InlineData(" a\tb\nc ", new[] { "a", "b", "c" })]
    [InlineData("''", new[] { "" })]
    [InlineData("a\"b c\"'d e'f", new[] { "ab cd ef" })]
    [InlineData("\"it's\" 'say \"so\"'", new[] { "it's", "say \"so\"" })]
    [InlineData(@"a\ b \""c '\'", new[] { "a b", "\"c", "\\" })]
    [InlineData(@"end\", new[] { "end\\" })]
    [InlineData("$HOME *.sql `date`", new[] { "$HOME", "*.sql", "`date`" })]
    public void Words_are_those_of_a_shell_that_expands_nothing(string text, string[] words) => Assert.Equal(words, ShellWords.Split(text));

    [Theory]
    [InlineData("'open")]
    [InlineData("a \"b")]
    [InlineData("\"a\\\"")]
    public void A_quote_that_is_not_closed_is_none(string text) => Assert.Null(ShellWords.Split(text));
}
