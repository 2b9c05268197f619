using System.Diagnostics;

namespace CrCache.Engine.Tests.Leases;

/// <summary>A lease on a real engine that hangs, as a whole or in one call.</summary>
[Collection(EngineTests.Name)]
public sealed class HangingEngineTests(EngineFixture fixture) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly EngineProxy _proxy = new(fixture.Engine.Endpoint.Address.OriginalString);
    private readonly string _pipe = $"crcache-test-{Guid.NewGuid():N}";

    public void Dispose() => _proxy.Dispose();

    [Requires(Need.Engine)]
    public async Task The_client_is_told_within_10_s()
    {
        var path = await CheckpointAsync();
        var clock = new Stopwatch();
        _proxy.Fault = call =>
        {
            if (call == "POST /containers/create")
            {
                clock.Start();
                _proxy.Freeze();
            }

            return EngineFault.None;
        };
        using var lease = Start(path);
        using var client = await LeaseClient.ConnectAsync(_pipe);
        var error = Assert.Single(await LeaseClient.ReadAsync(client));
        Assert.True(clock.Elapsed < Soon, $"{clock.Elapsed.TotalSeconds} s");
        Assert.Equal(("error", "CRC1001"), (error.Event, error.Code));
        Assert.Contains(_proxy.Host, error.Message, StringComparison.Ordinal);
        Assert.Contains("does not answer", error.Message, StringComparison.Ordinal);
        await lease.WaitAsync();
        Assert.Equal(1, lease.ExitCode);
    }

    [Requires(Need.Engine)]
    public async Task Where_one_rung_hangs_the_tests_run_on_another()
    {
        var path = await CheckpointAsync();
        var starts = 0;
        _proxy.Fault = call => call.EndsWith("/start", StringComparison.Ordinal) && Interlocked.Increment(ref starts) == 1
            ? EngineFault.Hang
            : EngineFault.None;
        using var lease = Start(path);
        using (var client = await LeaseClient.ConnectAsync(_pipe))
        {
            var lines = await LeaseClient.ReadAsync(client);
            Assert.Equal("ready", lines[^1].Event);
            var note = Assert.Single(lines, line => line.Event == "note");
            Assert.Contains("cannot be restored from memory: it did not come back within", note.Message, StringComparison.Ordinal);
            Assert.Single(await fixture.CopiesOfAsync(lease.Id));
        }

        await fixture.AssertGoneWithinAsync(Soon, lease.Id);
    }

    private Tool Start(string checkpoint) => Tool.Start(
        new Dictionary<string, string>(fixture.Environment) { ["DOCKER_HOST"] = _proxy.Host },
        "lease",
        "--checkpoint",
        checkpoint,
        "--pipe",
        _pipe);

    // It is restored from memory also where that was slow on a busy machine: its files do not have all, and a normal start takes seconds.
    private async Task<string> CheckpointAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(fixture.Folder, "hanging")).FullName;
        var item = Path.Combine(folder, "redis.item.json");
        await File.WriteAllTextAsync(Path.Combine(folder, "slow.sh"), "sleep 4\n");
        await File.WriteAllTextAsync(
            item,
            $$"""
            {
              "name": "redis", "directory": "{{folder}}",
              "metadata": { "Setup": "slow.sh", "Command": "redis-server --protected-mode no --save ''" }
            }
            """);
        using var made = await Tool.RunAsync(fixture.Environment, "checkpoint", "--item", item);
        Assert.True(made.ExitCode == 0, made.Error);
        return Path.Combine(folder, "redis.checkpoint");
    }
}
