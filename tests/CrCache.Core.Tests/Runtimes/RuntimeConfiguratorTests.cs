using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Runtimes;

namespace CrCache.Core.Tests.Runtimes;

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
        File.WriteAllText(
            Config, """{ "bip": "172.30.0.1/24", "runtimes": { "nvidia": { "path": "/usr/bin/nvidia", "runtimeArgs": [] } } }""");
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
    public void The_parts_of_the_script_come_with_it_and_are_renewed_with_it()
    {
        File.WriteAllText(_script + ".awk", "old");
        Configure();
        File.WriteAllText(_script + ".awk", "new");
        var part = Path.Combine(_root, "usr/local/sbin/crcache-runc.awk");
        Assert.Equal([$"installed {part}"], Configure());
        Assert.Equal("new", File.ReadAllText(part));
        Assert.False(File.GetUnixFileMode(part).HasFlag(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
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

    [Theory]
    [InlineData("""{ "runtimes": [] }""")]
    [InlineData("""{ "runtimes": { "crcache": "text" } }""")]
    [InlineData("""{ "runtimes": { "crcache": { "path": 5 } } }""")]
    public void Runtimes_of_another_shape_are_an_error_and_daemon_json_is_not_changed(string text)
    {
        WriteConfig(text);
        Assert.Equal(ErrorCodes.RuntimeNotConfigured, Assert.Throws<CrCacheException>(Configure).Code);
        Assert.Equal(text, File.ReadAllText(Config));
    }

    [Fact]
    public void Without_a_daemon_json_one_is_made_and_without_an_engine_that_is_said()
    {
        Assert.Equal("no running engine was found to read it; it will when it starts", Configure()[^1]);
        Assert.Equal("/usr/local/sbin/crcache-runc", (string?)JsonNode.Parse(File.ReadAllText(Config))!["runtimes"]!["crcache"]!["path"]);
    }

    [Fact]
    public void A_process_that_only_has_the_engines_number_gets_no_signal()
    {
        // SIGHUP would end it.
        using var other = System.Diagnostics.Process.Start("sleep", "60");
        WriteConfig("""{ "pidfile": "/docker.pid" }""");
        File.WriteAllText(Path.Combine(_root, "docker.pid"), $"{other.Id}\n");
        Assert.StartsWith("no running engine was found", Configure()[^1], StringComparison.Ordinal);
        Assert.False(other.WaitForExit(200));
        other.Kill();
    }

    [Fact]
    public void A_daemon_json_that_is_a_link_stays_one()
    {
        WriteConfig("{}");
        var target = Path.Combine(_root, "shared.json");
        File.Move(Config, target);
        File.CreateSymbolicLink(Config, target);
        Configure();
        Assert.Equal(target, File.ResolveLinkTarget(Config, returnFinalTarget: true)?.FullName);
        Assert.Contains("crcache-runc", File.ReadAllText(target), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_can_be_written_it_says_that_root_can()
    {
        // Nobody can make a directory there, root included.
        var error = Assert.Throws<CrCacheException>(() => new RuntimeConfigurator("/sys/kernel").Configure(_script));
        Assert.Equal(ErrorCodes.RuntimeNotConfigured, error.Code);
        Assert.Contains("sudo", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_does_not_exist_is_not_made()
    {
        var root = Path.Combine(_root, "mistyped");
        Assert.Equal(
            ErrorCodes.RuntimeNotConfigured, Assert.Throws<CrCacheException>(() => new RuntimeConfigurator(root).Configure(_script)).Code);
        Assert.False(Directory.Exists(root));
    }

    private void WriteConfig(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        File.WriteAllText(Config, text);
    }

    private IReadOnlyList<string> Configure() => new RuntimeConfigurator(_root).Configure(_script);
}
