using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Presets;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Making;

[Collection(EngineTests.Name)]
public sealed class CheckpointTests(EngineFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly CheckpointProvider _maker = fixture.Maker;
    private readonly CheckpointRestorer _restorer = new(fixture.Engine, fixture.Store);
    private readonly Progress<string> _progress = new();

    [Requires(Need.Engine)]
    public async Task MySQL_is_restored_from_memory_with_its_data_and_each_copy_is_private()
    {
        // A checkpoint of its own: other tests of this store have made that of the plain preset.
        var item = new CheckpointItem { Name = "mysql", Metadata = new Dictionary<string, string> { ["Environment"] = "TEST=private" } };
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(item, _progress, default);
        var (stored, source) = await _maker.EnsureAsync(spec, null, false, _progress, default);
        Assert.Equal(CheckpointSource.Made, source);
        Assert.True(stored.Memory is not null, stored.WhyNoMemory);
        Assert.Equal(CheckpointSource.Found, (await _maker.EnsureAsync(spec, null, false, _progress, default)).Source);

        var copies = await Task.WhenAll(RestoreAsync(spec, stored), RestoreAsync(spec, stored));
        try
        {
            Assert.All(copies, copy => Assert.Equal(Rung.Memory, copy.Rung));
            Assert.NotEqual(copies[0].Ports["tcp"], copies[1].Ports["tcp"]);
            foreach (var copy in copies)
            {
                await SqlAsync(copy, "CREATE TABLE test.t (n INT); INSERT INTO test.t VALUES (1)");
                Assert.Equal("1", await SqlAsync(copy, "SELECT COUNT(*) FROM test.t"));
            }
        }
        finally
        {
            await RemoveAsync(copies);
        }
    }

    [Requires(Need.Engine)]
    public async Task A_volume_of_the_image_is_part_of_the_checkpoint()
    {
        // The image's volume is /data, and the "probe" writes there before the dump.
        var spec = await fixture.RedisAsync(Rung.Memory) with
        {
            Command = ["redis-server", "--appendonly", "yes", "--appendfsync", "always"],
            Ready = new ReadyProbe { Exec = ["redis-cli", "set", "made", "before"] },
        };
        Assert.Contains("/data", spec.Volumes);
        var (stored, _) = await _maker.EnsureAsync(spec, null, false, _progress, default);
        Assert.Contains("/data", stored.Memory!.Volumes.Keys);
        var copy = await RestoreAsync(spec, stored);
        try
        {
            Assert.Equal("before", await RedisAsync(copy, "get", "made"));
            Assert.Equal("OK", await RedisAsync(copy, "set", "made", "after"));
            var listing = await fixture.Engine.ExecAsync(copy.Id, ["sh", "-c", "cat /data/appendonlydir/*.incr.aof"], Limit, default);
            Assert.Contains("before", listing.Output, StringComparison.Ordinal);
            Assert.Contains("after", listing.Output, StringComparison.Ordinal);
        }
        finally
        {
            await RemoveAsync(copy);
        }
    }

    [Requires(Need.Engine)]
    public async Task A_volume_that_nobody_wrote_to_is_not_copied()
    {
        var spec = await fixture.RedisAsync(Rung.Memory);
        var (stored, _) = await _maker.EnsureAsync(spec, null, false, _progress, default);
        Assert.Empty(stored.Memory!.Volumes);
    }

    [Requires(Need.Engine)]
    public async Task When_the_dump_is_gone_the_next_way_serves_and_says_why()
    {
        var spec = await fixture.RedisAsync(Rung.Auto, ("TEST", "dump is gone"));
        var (stored, _) = await _maker.EnsureAsync(spec, null, false, _progress, default);

        // Which is faster for Redis differs from run to run: the memory is made to look the fastest, the files the next.
        stored = stored with { ColdSeconds = 60, Memory = stored.Memory! with { RestoreSeconds = 0.1 } };
        await fixture.DropDumpAsync(stored.Memory!);
        var copy = await RestoreAsync(spec, stored);
        try
        {
            Assert.Equal(Rung.Files, copy.Rung);
            Assert.StartsWith(ErrorCodes.RestoreFailed, copy.Note, StringComparison.Ordinal);
            Assert.Contains("there is no dump", copy.Note, StringComparison.Ordinal);
            Assert.Equal("PONG", await RedisAsync(copy, "ping"));
        }
        finally
        {
            await RemoveAsync(copy);
        }

        var pinned = await Assert.ThrowsAsync<CrCacheException>(() => RestoreAsync(spec with { Mode = Rung.Memory }, stored));
        Assert.Equal(ErrorCodes.RestoreFailed, pinned.Code);
    }

    [Requires(Need.Engine)]
    public async Task A_server_that_cannot_start_is_an_error_with_its_log()
    {
        var spec = await fixture.RedisAsync(Rung.Auto) with { Command = ["redis-server", "--no-such-option", "1"] };
        var error = await Assert.ThrowsAsync<CrCacheException>(() => _maker.EnsureAsync(spec, null, false, _progress, default));
        Assert.Equal(ErrorCodes.ContainerEnded, error.Code);
        Assert.Contains("no-such-option", error.Message, StringComparison.Ordinal);
        Assert.Empty(await fixture.ContainersOfAsync(Environment.ProcessId));
    }

    [Requires(Need.Engine)]
    public async Task A_probe_that_never_succeeds_ends_after_the_timeout_with_the_log()
    {
        var spec = await fixture.RedisAsync(Rung.Auto) with
        {
            Ready = new ReadyProbe { Exec = ["redis-cli", "-p", "1", "ping"] },
            TimeoutSeconds = 2,
        };
        var error = await Assert.ThrowsAsync<CrCacheException>(() => _maker.EnsureAsync(spec, null, false, _progress, default));
        Assert.Equal(ErrorCodes.NotReady, error.Code);
        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("Ready to accept connections", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task Two_processes_that_want_the_same_checkpoint_make_it_once()
    {
        var home = new Dictionary<string, string>(fixture.Environment);
        var item = Path.Combine(home["CRCACHE_HOME"], "twice.item.json");
        await File.WriteAllTextAsync(item, """{ "name": "twice", "metadata": { "Preset": "redis", "Environment": "TEST=twice" } }""");
        var tools = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Tool.RunAsync(home, "checkpoint", "--json", "--item", item)));
        var output = string.Concat(tools.Select(tool => tool.Output));
        Assert.All(tools, tool => Assert.Equal(0, tool.ExitCode));
        Assert.Single(output.Split('\n'), line => line.Contains("\"result\":\"made\"", StringComparison.Ordinal));
        Assert.Equal(2, output.Split('\n').Count(line => line.Contains("\"result\":\"found\"", StringComparison.Ordinal)));
    }

    [Requires(Need.Engine)]
    public async Task An_image_that_nobody_has_is_an_error_that_names_it()
    {
        var item = new CheckpointItem
        {
            Name = "redis",
            Metadata = new Dictionary<string, string> { ["Image"] = "localhost:1/no/such:image" },
        };
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => new SpecResolver(fixture.Engine).ResolveAsync(item, _progress, default));
        Assert.Equal(ErrorCodes.ImageNotFound, error.Code);
        Assert.Contains("localhost:1/no/such:image", error.Message, StringComparison.Ordinal);
    }

    private Task<RestoredContainer> RestoreAsync(CheckpointSpec spec, InstalledCheckpoint stored) =>
        _restorer.RestoreAsync(spec, stored, ContainerLabels.ForLease, _progress, default);

    private async Task RemoveAsync(params RestoredContainer[] containers)
    {
        foreach (var container in containers)
        {
            await fixture.Engine.RemoveContainerAsync(container.Id, default);
        }
    }

    private async Task<string> SqlAsync(RestoredContainer container, string statement)
    {
        var result = await fixture.Engine.ExecAsync(
            container.Id, [
                "sh", "-c", "exec mysql -h127.0.0.1 -uroot -N -B -e \"$1\" 2>&1 -pcrcache | grep -v '^mysql: \\[Warning'", "sh", statement,
            ], Limit, default);
        return result.Output.Trim();
    }

    private async Task<string> RedisAsync(RestoredContainer container, params string[] arguments) =>
        (await fixture.Engine.ExecAsync(container.Id, ["redis-cli", .. arguments], Limit, default)).Output.Trim();
}
