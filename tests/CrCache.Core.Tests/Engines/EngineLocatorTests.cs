using System.Security.Cryptography;
using System.Text;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Engines.Docker;

namespace CrCache.Core.Tests.Engines;

public sealed class EngineLocatorTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache test ").FullName;
    private readonly Dictionary<string, string?> _variables = [];

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void DOCKER_HOST_comes_first()
    {
        WriteContext("remote", "unix:///run/remote.sock", current: true);
        _variables["DOCKER_HOST"] = "unix:///run/mine.sock";
        Assert.Equal("unix:///run/mine.sock", Locate().Address.OriginalString);
    }

    [Fact]
    public void The_current_context_of_dockers_configuration_is_used()
    {
        WriteContext("remote", "unix:///run/remote.sock", current: true);
        var endpoint = Locate();
        Assert.Equal("unix:///run/remote.sock", endpoint.Address.OriginalString);
        Assert.Contains("'remote'", endpoint.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void DOCKER_CONTEXT_wins_over_the_current_context()
    {
        WriteContext("remote", "unix:///run/remote.sock", current: true);
        WriteContext("other", "unix:///run/other.sock", current: false);
        _variables["DOCKER_CONTEXT"] = "other";
        Assert.Equal("unix:///run/other.sock", Locate().Address.OriginalString);
    }

    [Fact]
    public void A_context_that_does_not_exist_is_an_error_that_names_it()
    {
        _variables["DOCKER_CONTEXT"] = "gone";
        var error = Assert.Throws<CrCacheException>(Locate);
        Assert.Equal(ErrorCodes.NoEngine, error.Code);
        Assert.Contains("'gone'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_docker_configuration_is_an_error_that_names_the_file()
    {
        Write(".docker/config.json", "{ not json");
        var error = Assert.Throws<CrCacheException>(Locate);
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp://build-server:2376", ErrorCodes.UnsupportedEndpoint)]
    [InlineData("ssh://me@build-server", ErrorCodes.UnsupportedEndpoint)]
    public void An_address_that_cannot_be_used_yet_is_an_error(string address, string code)
    {
        _variables["DOCKER_HOST"] = address;
        Assert.Equal(code, Assert.Throws<CrCacheException>(() => DockerEngines.Open(Locate())).Code);
    }

    [Fact]
    public void Something_that_is_no_address_is_an_error()
    {
        _variables["DOCKER_HOST"] = "/var/run/docker.sock is here";
        Assert.Throws<CrCacheException>(() => DockerEngines.Open(Locate()));
    }

    private EngineEndpoint Locate() => new EngineLocator(_variables.GetValueOrDefault, _home).Locate();

    private void WriteContext(string name, string host, bool current)
    {
        var folder = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();
        Write($".docker/contexts/meta/{folder}/meta.json", $$$"""{"Name":"{{{name}}}","Endpoints":{"docker":{"Host":"{{{host}}}" } } }""");
        if (current)
        {
            Write(".docker/config.json", $$"""{"currentContext":"{{name}}"}""");
        }
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
