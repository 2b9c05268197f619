using System.Security.Cryptography;
using System.Text;

namespace CrCache.Cli.Tests.Commands;

[Collection(EngineTests.Name)]
public sealed class EngineOptionTests(EngineFixture fixture) : IDisposable
{
    private readonly string _config = Directory.CreateTempSubdirectory("crcache docker ").FullName;

    public void Dispose() => Directory.Delete(_config, recursive: true);

    [Requires(Need.Engine)]
    public async Task An_address_comes_before_DOCKER_HOST_and_doctor_says_so()
    {
        var address = fixture.Engine.Endpoint.Address.OriginalString;
        using var doctor = await Tool.RunAsync(NoEngine(), "doctor", "--engine", address);
        Assert.True(doctor.ExitCode == 0, doctor.Error);
        Assert.Contains($"{address} (--engine)", doctor.Output, StringComparison.Ordinal);
        using var before = await Tool.RunAsync(NoEngine(), "--engine", address, "list", "--containers");
        Assert.True(before.ExitCode == 0, before.Error);
    }

    [Requires(Need.Engine)]
    public async Task A_docker_context_can_be_named()
    {
        var folder = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("mine"))).ToLowerInvariant();
        var meta = Directory.CreateDirectory(Path.Combine(_config, "contexts", "meta", folder)).FullName;
        var host = fixture.Engine.Endpoint.Address.OriginalString;
        await File.WriteAllTextAsync(
            Path.Combine(meta, "meta.json"), $$$"""{"Name":"mine","Endpoints":{"docker":{"Host":"{{{host}}}" } } }""");
        using var doctor = await Tool.RunAsync(NoEngine(), "doctor", "--json", "--engine", "mine");
        Assert.True(doctor.ExitCode == 0, doctor.Output);
        var lines = CliHome.Lines(doctor.Output);
        Assert.Equal("--engine, docker context 'mine'", lines[0].GetProperty("source").GetString());
        Assert.Contains(lines, line => line.GetProperty("event").GetString() == "component");
        Assert.True(lines.Single(line => line.TryGetProperty("works", out _)).GetProperty("works").GetBoolean());
        using var unknown = await Tool.RunAsync(NoEngine(), "list", "--engine", "other");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("'other'", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_an_error_is_a_line_on_standard_output()
    {
        string[][] commands =
        [
            ["list"],
            ["doctor"],
            ["explain", "redis"],
            ["logs", "redis"],
            ["remove", "--all"],
            ["checkpoint", "redis"],
            ["runtime", "check"],
        ];
        var tools = await Task.WhenAll(
            commands.Select(command => Tool.RunAsync([.. command, "--json", "--engine", "unix:///no/such.sock"])));
        foreach (var tool in tools)
        {
            using (tool)
            {
                Assert.Equal(1, tool.ExitCode);
                Assert.Equal("", tool.Error);
                var line = Assert.Single(CliHome.Lines(tool.Output));
                Assert.Equal("error", line.GetProperty("event").GetString());
                Assert.Equal("CRC1001", line.GetProperty("code").GetString());
                Assert.Contains("/no/such.sock (--engine)", line.GetProperty("message").GetString(), StringComparison.Ordinal);
            }
        }
    }

    private Dictionary<string, string> NoEngine() =>
        new(fixture.Environment) { ["DOCKER_HOST"] = "unix:///no/such.sock", ["DOCKER_CONFIG"] = _config };
}
