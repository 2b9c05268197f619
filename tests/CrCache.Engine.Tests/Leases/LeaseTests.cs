using System.Diagnostics;
using System.Text.Json;
using CrCache.Checkpoints;
using CrCache.Leases;

namespace CrCache.Engine.Tests.Leases;

[Collection(EngineTests.Name)]
public sealed class LeaseTests(EngineFixture fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private readonly string _pipe = $"crcache-test-{Guid.NewGuid():N}";

    [Requires(Need.Engine)]
    public async Task A_client_gets_its_variables_and_its_containers_go_when_its_connection_closes()
    {
        var report = Path.Combine(fixture.Environment["CRCACHE_HOME"], "lease.json");
        var path = await CheckpointAsync();
        using var lease = Tool.Start(fixture.Environment, "lease", "--checkpoint", path, "--pipe", _pipe, "--report", report);
        using (var client = await LeaseClient.ConnectAsync(_pipe))
        {
            var lines = await LeaseClient.ReadAsync(client);
            var connection = Assert.Single(lines, line => line.Name == "ConnectionStrings__redis");
            Assert.Equal("variable", connection.Event);
            Assert.StartsWith("127.0.0.1:", connection.Value, StringComparison.Ordinal);
            Assert.Equal("ready", lines[^1].Event);
            Assert.Single(await fixture.CopiesOfAsync(lease.Id));
            Assert.Equal("redis", Assert.Single(LeaseReport.Find(report)!.Leases).Name);
        }

        await fixture.AssertGoneWithinAsync(Soon, lease.Id);
        await lease.WaitAsync();
        Assert.True(lease.ExitCode == 0, lease.Error);
    }

    // A line break would be the end of a line, an empty line something of its own.
    [Requires(Need.Engine)]
    public async Task A_value_arrives_as_it_is_whatever_it_holds()
    {
        const string Password = "line\n\nbreaks \"quotes\" back\\slashes\ttabs and ünïcödé 🔑";
        var path = await CheckpointAsync(connection: "{host}:{port},password=" + Password);
        using var lease = Tool.Start(fixture.Environment, "lease", "--checkpoint", path, "--pipe", _pipe);
        using var client = await LeaseClient.ConnectAsync(_pipe);
        var lines = await LeaseClient.ReadAsync(client);
        var connection = Assert.Single(lines, line => line.Name == "ConnectionStrings__redis");
        Assert.EndsWith(",password=" + Password, connection.Value, StringComparison.Ordinal);
        Assert.Equal("ready", lines[^1].Event);
    }

    [Requires(Need.Engine)]
    public async Task When_the_process_that_wanted_it_ends_before_a_client_came_nothing_is_left()
    {
        using var parent = Process.Start("sleep", "600");
        using var lease = Tool.Start(
            fixture.Environment,
            "lease",
            "--checkpoint",
            await CheckpointAsync(),
            "--pipe",
            _pipe,
            "--parent",
            parent.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await Eventually.FindAsync(
            TimeSpan.FromMinutes(1),
            async () => (await fixture.CopiesOfAsync(lease.Id)).SingleOrDefault(),
            () => $"the lease has no container:\n{lease.Error}");
        parent.Kill();
        await lease.WaitAsync();
        Assert.Empty(await fixture.ContainersOfAsync(lease.Id));
    }

    [Requires(Need.Engine)]
    public async Task A_checkpoint_that_the_engine_lost_is_made_again()
    {
        var path = await CheckpointAsync("lost");
        await fixture.DropAsync(BuildRecord.Find(path)!.Stored);
        using var lease = Tool.Start(fixture.Environment, "lease", "--checkpoint", path, "--pipe", _pipe);
        using var client = await LeaseClient.ConnectAsync(_pipe);
        var last = (await LeaseClient.ReadAsync(client))[^1];
        Assert.True(last.Event == "ready", last.ToString());
    }

    [Requires(Need.Engine)]
    public async Task An_error_reaches_the_client_with_its_code()
    {
        using var lease = Tool.Start(fixture.Environment, "lease", "--checkpoint", "/no/such.checkpoint", "--pipe", _pipe);
        using var client = await LeaseClient.ConnectAsync(_pipe);
        var line = Assert.Single(await LeaseClient.ReadAsync(client));
        Assert.Equal(("error", "CRC3008"), (line.Event, line.Code));
        Assert.NotEmpty(line.Message!);
        await lease.WaitAsync();
        Assert.Equal(1, lease.ExitCode);
    }

    [Requires(Need.Engine)]
    public async Task A_lease_that_is_asked_to_end_removes_its_containers()
    {
        using var lease = Tool.Start(fixture.Environment, "lease", "--checkpoint", await CheckpointAsync(), "--pipe", _pipe);
        using var client = await LeaseClient.ConnectAsync(_pipe);
        await LeaseClient.ReadAsync(client);
        lease.Signal("TERM");
        await lease.WaitAsync();
        Assert.Empty(await fixture.ContainersOfAsync(lease.Id));
    }

    private async Task<string> CheckpointAsync(string name = "leased", string? connection = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(fixture.Environment["CRCACHE_HOME"], name)).FullName;
        var item = Path.Combine(folder, "redis.item.json");
        var metadata = new Dictionary<string, string> { ["Mode"] = "memory", ["Environment"] = $"TEST={name}" };
        if (connection is not null)
        {
            metadata["ConnectionString"] = connection;
        }

        await File.WriteAllTextAsync(item, JsonSerializer.Serialize(new { name = "redis", metadata }));
        using var made = await Tool.RunAsync(fixture.Environment, "checkpoint", "--item", item);
        Assert.True(made.ExitCode == 0, made.Error);
        return Path.Combine(folder, "redis.checkpoint");
    }
}
