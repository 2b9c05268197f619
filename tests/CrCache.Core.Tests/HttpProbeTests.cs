using System.Text.Json;
using CrCache.Presets;

namespace CrCache.Core.Tests;

public sealed class HttpProbeTests
{
    [Theory]
    [InlineData("http/health", "http", "/health")]
    [InlineData("management/health/ready?full=1", "management", "/health/ready?full=1")]
    [InlineData("8080", "8080", "/")]
    [InlineData("/health", "", "/health")]
    [InlineData("", "", "/")]
    public void Port_and_path_are_read(string text, string port, string path) =>
        Assert.Equal(new HttpProbe(port, path), HttpProbe.Parse(text));

    [Theory]
    [InlineData("clickhouse", "http: http/ping")]
    [InlineData("elasticsearch", "http: http/_cluster/health?wait_for_status=yellow&timeout=1s")]
    public void In_a_key_it_is_the_text_of_the_file(string preset, string text)
    {
        var ready = PresetCatalog.Find(preset, Path.GetTempPath())!.Ready;
        Assert.Equal(text, ready.ToString());
        Assert.True(ready.NeedsNetwork);
    }

    [Fact]
    public void In_JSON_it_is_one_string()
    {
        const string Text = "\"management/health/ready\"";
        var probe = JsonSerializer.Deserialize<HttpProbe>(Text);
        Assert.Equal(new HttpProbe("management", "/health/ready"), probe);
        Assert.Equal(Text, JsonSerializer.Serialize(probe));
    }
}
