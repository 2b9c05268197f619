using System.IO.Pipes;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Leases;

namespace CrCache.Core.Tests.Leases;

public sealed class LeaseServerTests
{
    [Fact]
    public async Task A_failure_is_told_as_one_line_whatever_its_message_holds()
    {
        const string Message = "mysql failed:\n\nline 2 \"quoted\"\r\nline 3";
        var lines = await ReadAsync(new CrCacheException("CRC3006", Message));
        var error = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal("error", error.GetProperty("event").GetString());
        Assert.Equal("CRC3006", error.GetProperty("code").GetString());
        Assert.Equal(Message, error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_failure_without_a_code_gets_one()
    {
        var error = JsonDocument.Parse(Assert.Single(await ReadAsync(new InvalidOperationException("x")))).RootElement;
        Assert.StartsWith("CRC", error.GetProperty("code").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n\nb")]
    [InlineData("a\r\n\"b\"\\")]
    [InlineData("")]
    [InlineData("ünïcödé 🔑 \u2028")]
    public void A_variable_is_one_line_whatever_its_value_holds(string value)
    {
        var line = LeaseLines.Variable("ConnectionStrings__mysql", value);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        var variable = JsonDocument.Parse(line).RootElement;
        Assert.Equal("variable", variable.GetProperty("event").GetString());
        Assert.Equal("ConnectionStrings__mysql", variable.GetProperty("name").GetString());
        Assert.Equal(value, variable.GetProperty("value").GetString());
    }

    private static async Task<string[]> ReadAsync(Exception failure)
    {
        var name = $"crcache-test-{Guid.NewGuid():N}";
        using var client = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        using (var server = new LeaseServer(name))
        {
            await Task.WhenAll(client.ConnectAsync(), server.WaitForClientAsync(default));
            Assert.False(await server.ServeAsync(Task.FromException<Lease>(failure), default));
        }

        using var reader = new StreamReader(client);
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
