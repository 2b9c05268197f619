using CrCache.Specs;

namespace CrCache.Core.Tests.Specs;

public sealed class ConnectionTemplateTests
{
    [Theory]
    [InlineData("{host}:{port}", "h:1")]
    [InlineData("{port:admin}/{port:tcp}", "2/1")]
    [InlineData("{env:PASSWORD}", "secret")]
    [InlineData("{{host}} {{{host}}}", "{host} {h}")]
    [InlineData("", "")]
    public void Placeholders_are_filled_in(string template, string expected)
    {
        var spec = SpecResolver.Merge(new CheckpointItem
        {
            Name = "item",
            Metadata = new Dictionary<string, string>
            {
                ["Image"] = "image",
                ["Ports"] = "tcp=10;admin=20",
                ["Environment"] = "PASSWORD=secret",
                ["ConnectionString"] = template,
            },
        });
        Assert.Equal(expected, ConnectionTemplate.Fill(spec, "h", new Dictionary<string, int> { ["tcp"] = 1, ["admin"] = 2 }));
    }
}
