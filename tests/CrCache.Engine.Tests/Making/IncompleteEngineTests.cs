using CrCache.Archives;
using CrCache.Engines;
using CrCache.Engines.Docker;
using CrCache.Leases;
using CrCache.Ownership;

namespace CrCache.Engine.Tests.Making;

/// <summary>An engine without the runtime, or with the runtime but without CRIU: starts from files serve, and one line says why.</summary>
[Collection(EngineTests.Name)]
public sealed class IncompleteEngineTests(EngineFixture fixture) : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache incomplete ").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Requires(Need.SecondEngine)]
    [InlineData("runtime", "CRC1005")]
    [InlineData("criu", "CRC1006")]
    public async Task Starts_from_files_serve_and_one_line_says_why(string lacking, string code)
    {
        using var engine = await IncompleteEngine.StartAsync(lacking, "redis:8");

        // Whoever may write to it is root, and no group of this machine is meant to be.
        Assert.Equal("root root 660\n", Programs.Run("/", "stat", "-c", "%U %G %a", new Uri(engine.Host).LocalPath));

        using var checkpoint = await RunAsync(engine, "checkpoint", "redis");
        Assert.True(checkpoint.ExitCode == 0, checkpoint.Error);
        Assert.Contains("starts from its files in", OnlyLineWith(code, checkpoint.Error), StringComparison.Ordinal);

        // Found, not made again: nothing has changed that could help.
        using var again = await RunAsync(engine, "checkpoint", "redis");
        Assert.Contains("checkpoint found", OnlyLineWith(code, again.Error), StringComparison.Ordinal);

        using var run = await RunAsync(
            engine, "run", "redis", "--", "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$CRCACHE_REDIS_PORT; echo PING >&3; head -n 1 <&3");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("+PONG", run.Output, StringComparison.Ordinal);
        OnlyLineWith(code, run.Error);

        using var doctor = await RunAsync(engine, "doctor");
        Assert.True(doctor.ExitCode == 0, doctor.Error);
        Assert.StartsWith("memory", OnlyLineWith(code, doctor.Output), StringComparison.Ordinal);
        Assert.Equal(lacking == "criu", doctor.Output.Contains("\ncriu      not found: fails", StringComparison.Ordinal));
    }

    [Requires(Need.SecondEngine)]
    [InlineData("runtime", "CRC1005")]
    [InlineData("criu", "CRC3004")]
    public async Task An_archive_with_memory_serves_by_its_files_and_one_line_says_why(string lacking, string code)
    {
        using var engine = await IncompleteEngine.StartAsync(lacking, "redis:8");
        var (pipe, report) = ($"crcache-test-{Guid.NewGuid():N}", Path.Combine(_home, "lease.json"));
        using var lease = Start(engine, "lease", "--checkpoint", await fixture.RedisArchiveAsync(), "--pipe", pipe, "--report", report);
        using var client = await LeaseClient.ConnectAsync(pipe);
        Assert.Equal("ready", (await LeaseClient.ReadAsync(client))[^1].Event);
        var entry = Assert.Single(LeaseReport.Find(report)!.Leases);
        Assert.Equal("files", entry.Rung);
        Assert.StartsWith(code, entry.Note, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", entry.Note!, StringComparison.Ordinal);

        using var docker = DockerEngines.Open(new EngineLocator().Locate(engine.Host));
        var containers = await docker.ListContainersAsync(ContainerLabels.Purpose, default);
        var container = Assert.Single(containers, container => container.Labels[ContainerLabels.Item] == "redis");
        var seed = await docker.ExecAsync(container.Id, ["redis-cli", "get", "seed"], TimeSpan.FromSeconds(20), default);
        Assert.Equal("sown", seed.Output.Trim());

        // Before the engine ends, which keeps its containers for the next test.
        client.Dispose();
        await lease.WaitAsync();
    }

    [Requires(Need.SecondEngine)]
    [InlineData("runtime", "CRC1005")]
    [InlineData("criu", "CRC1006")]
    public async Task Memory_that_is_insisted_on_is_an_error(string lacking, string code)
    {
        using var engine = await IncompleteEngine.StartAsync(lacking, "redis:8");
        var item = Path.Combine(_home, "pinned.item.json");
        await File.WriteAllTextAsync(item, """{ "name": "pinned", "metadata": { "Preset": "redis", "Mode": "memory" } }""");
        using var checkpoint = await RunAsync(engine, "checkpoint", "--item", item);
        Assert.Equal(1, checkpoint.ExitCode);
        Assert.StartsWith($"crcache: error {code}: ", OnlyLineWith(code, checkpoint.Error), StringComparison.Ordinal);

        using var check = await RunAsync(engine, "runtime", "check");
        Assert.NotEqual(0, check.ExitCode);
        OnlyLineWith(code, check.Error);
    }

    private static string OnlyLineWith(string code, string output) =>
        Assert.Single(output.Split('\n'), line => line.Contains(code, StringComparison.Ordinal));

    private async Task<Tool> RunAsync(IncompleteEngine engine, params string[] arguments)
    {
        var tool = Start(engine, arguments);
        await tool.WaitAsync();
        return tool;
    }

    private Tool Start(IncompleteEngine engine, params string[] arguments) =>
        Tool.Start(
            engine.Inside,
            new Dictionary<string, string>
            {
                ["DOCKER_HOST"] = engine.Host,
                ["CRCACHE_HOME"] = _home,
                [ArchiveKeys.Variable] = TestStore.TeamKey,
            },
            arguments);
}
