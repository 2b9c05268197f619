using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Runtimes;

namespace CrCache.Core.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RuntimeConfiguratorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("crcache-root-").FullName;
    private readonly string _script;

    public RuntimeConfiguratorTests()
    {
        _script = Path.Combine(_root, "script");
        File.WriteAllText(_script, "#!/bin/sh\n");
    }

    private string Config => Path.Combine(_root, "etc/docker/daemon.json");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_is_in_daemon_json_stays_there()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        File.WriteAllText(Config, """{ "bip": "172.30.0.1/24", "runtimes": { "nvidia": { "path": "/usr/bin/nvidia", "runtimeArgs": [] } } }""");
        File.SetUnixFileMode(Config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Configure();
        var config = JsonNode.Parse(File.ReadAllText(Config))!;
        Assert.Equal("172.30.0.1/24", (string?)config["bip"]);
        Assert.Equal("/usr/bin/nvidia", (string?)config["runtimes"]!["nvidia"]!["path"]);
        Assert.Equal("/usr/local/sbin/crcache-runc", (string?)config["runtimes"]!["crcache"]!["path"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Config));
    }

    [Fact]
    public void The_script_is_installed_executable_and_the_dumps_directory_is_private()
    {
        Configure();
        var script = Path.Combine(_root, "usr/local/sbin/crcache-runc");
        Assert.Equal("#!/bin/sh\n", File.ReadAllText(script));
        Assert.True(File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute | UnixFileMode.OtherExecute));
        var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(_root, "var/lib/crcache")));
        Assert.Equal(owner, File.GetUnixFileMode(Path.Combine(_root, "var/lib/crcache/dumps")));
    }

    [Fact]
    public void A_second_time_nothing_is_changed()
    {
        Assert.NotEmpty(Configure());
        var written = File.GetLastWriteTimeUtc(Config);
        Assert.Empty(Configure());
        Assert.Equal(written, File.GetLastWriteTimeUtc(Config));
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("[1]")]
    public void A_broken_daemon_json_is_an_error_and_nothing_is_changed(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        File.WriteAllText(Config, text);
        Assert.Equal(ErrorCodes.RuntimeNotConfigured, Assert.Throws<CrCacheException>(Configure).Code);
        Assert.Equal(text, File.ReadAllText(Config));
        Assert.False(Directory.Exists(Path.Combine(_root, "usr")));
    }

    private IReadOnlyList<string> Configure() => new RuntimeConfigurator(_root).Configure(_script);
}
