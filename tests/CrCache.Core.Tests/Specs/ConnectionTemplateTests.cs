using System.Data.Common;
using CrCache.Diagnostics;
using CrCache.Specs;

namespace CrCache.Core.Tests.Specs;

public sealed class ConnectionTemplateTests
{
    [Theory]
    [InlineData("{host}:{port}", "h:1")]
    [InlineData("{port:admin}/{port:tcp}", "2/1")]
    [InlineData("{env:P}", "secret")]
    [InlineData("{{host}} {{{host}}}", "{host} {h}")]
    [InlineData("", "")]
    public void Placeholders_are_filled_in(string template, string expected) => Assert.Equal(expected, Fill(template, "secret"));

    [Theory]
    [InlineData("amqp://guest:{env:P}@{host}:{port}/", "p@ss/w0rd#1", "amqp://guest:p%40ss%2Fw0rd%231@h:1/")]
    [InlineData("jdbc:mysql://{host}/?password={env:P}", "a&b=c ä", "jdbc:mysql://h/?password=a%26b%3Dc%20%C3%A4")]
    [InlineData("Password={env:P}", "plain", "Password=plain")]
    [InlineData("Password={env:P}", "pa;ss'w=1", "Password=\"pa;ss'w=1\"")]
    [InlineData("Password={env:P};Port={port}", "a\"b", "Password='a\"b';Port=1")]
    [InlineData("Password={env:P}", "a\"b'c", "Password=\"a\"\"b'c\"")]
    [InlineData("Server={host},{port};Password = {env:P} ;A=1", " a", "Server=h,1;Password = \" a\" ;A=1")]
    [InlineData("Password='{env:P}';B=2", "it's;", "Password='it''s;';B=2")]
    [InlineData("A=';';Password={env:P}", "a=b", "A=';';Password=\"a=b\"")]
    [InlineData("Database=shop_{env:P}", "1 a", "Database=shop_1 a")]
    [InlineData("{host}:{port},password={env:P}", "open sesame;'", "h:1,password=open sesame;'")]
    [InlineData("{env:P}/{host}", "http://x", "http://x/h")]
    public void A_value_is_written_as_the_templates_form_wants_it(string template, string value, string expected) =>
        Assert.Equal(expected, Fill(template, value));

    [Theory]
    [InlineData("pa;ss'w=1")]
    [InlineData(" a \"'; b=c ")]
    [InlineData("")]
    [InlineData("{x}")]
    [InlineData("ä€😀")]
    public void A_value_is_read_back_from_each_form(string value)
    {
        var pairs = new DbConnectionStringBuilder { ConnectionString = Fill("Server={host};Password={env:P};Port={port}", value) };
        Assert.Equal(value, pairs.TryGetValue("Password", out var password) ? password : "");
        Assert.Equal("1", pairs["Port"]);
        var uri = new Uri(Fill("amqp://{env:P}@{host}:{port}/", value));
        Assert.Equal(value, Uri.UnescapeDataString(uri.UserInfo));
    }

    [Fact]
    public void A_value_that_must_be_quoted_and_cannot_be_is_an_error_that_does_not_show_it()
    {
        var error = Assert.Throws<CrCacheException>(() => Fill("Database=shop_{env:P}", "a;b"));
        Assert.Equal(ErrorCodes.MalformedTemplate, error.Code);
        Assert.Contains("Key={env:P}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a;b", error.Message, StringComparison.Ordinal);
    }

    private static string Fill(string template, string value)
    {
        var spec = SpecResolver.Merge(new CheckpointItem
        {
            Name = "item",
            Metadata = new Dictionary<string, string> { ["Image"] = "image", ["Ports"] = "tcp=10;admin=20" },
        }) with
        {
            Environment = new Dictionary<string, string> { ["P"] = value },
        };
        return ConnectionTemplate.Fill(spec, template, "h", new Dictionary<string, int> { ["tcp"] = 1, ["admin"] = 2 });
    }
}
