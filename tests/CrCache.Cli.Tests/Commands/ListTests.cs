using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Cli.Tests.Commands;

[Collection(EngineTests.Name)]
public sealed class ListTests(EngineFixture fixture, CliHome home) : IClassFixture<CliHome>
{
    private const string LongCommand = "echo up; exec sleep 30";

    [Requires(Need.Engine)]
    public async Task List_shows_the_checkpoints_and_the_containers()
    {
        using var run = await StartRunAsync();
        var lines = await home.RunJsonAsync("list");
        var checkpoint = Assert.Single(lines, line => Text(line, "event") == "checkpoint");
        Assert.Equal(
            ("redis", "redis", "redis:8", "memory"),
            (Text(checkpoint, "name"), Text(checkpoint, "preset"), Text(checkpoint, "image"), Text(checkpoint, "state")));
        Assert.True(checkpoint.GetProperty("coldSeconds").GetDouble() > 0);
        Assert.True(checkpoint.GetProperty("restoreSeconds").GetDouble() > 0);
        var container = Assert.Single(
            lines, line => Text(line, "event") == "container" && line.GetProperty("ownerProcess").GetInt32() == run.Id);
        Assert.Equal(("redis", "lease"), (Text(container, "name"), Text(container, "purpose")));
        var text = await home.RunAsync("list");
        Assert.Matches("(?m)^redis +[0-9a-f]{12} +redis:8 +this .* memory$", text);
        Assert.Matches($"(?m)^crcache-redis-[0-9a-f]+ +redis +lease +process {run.Id} ", text);
        Assert.DoesNotContain("crcache-redis", await home.RunAsync("list", "--checkpoints"), StringComparison.Ordinal);
        Assert.DoesNotContain("redis:8", await home.RunAsync("list", "--containers"), StringComparison.Ordinal);
        await EndAsync(run);
    }

    [Requires(Need.Engine)]
    public async Task Remove_takes_the_image_the_dump_and_the_record_but_not_under_a_lease()
    {
        var stored = Assert.Single(new InstalledCheckpoints(home.Folder).List());
        var copy = await RestoreAsync(stored);
        try
        {
            using var refused = await Tool.RunAsync(home.Environment, "remove", "redis", "--json");
            Assert.Equal(1, refused.ExitCode);
            var lines = CliHome.Lines(refused.Output);
            Assert.Equal(("progress", "CRC4003"), (Text(lines[0], "event"), Text(lines[1], "code")));
            Assert.Equal(2, lines.Length);
            Assert.Single(new InstalledCheckpoints(home.Folder).List());
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(copy.Id, default);
        }

        using (var unknown = await Tool.RunAsync(home.Environment, "remove", "nothing", stored.Key[..8]))
        {
            Assert.Equal(1, unknown.ExitCode);
            Assert.Contains("CRC4002", unknown.Error, StringComparison.Ordinal);
            Assert.Contains("redis", unknown.Error, StringComparison.Ordinal);
            Assert.Single(new InstalledCheckpoints(home.Folder).List());
        }

        Assert.Contains("removed redis", await home.RunAsync("remove", stored.Key[..8]), StringComparison.Ordinal);
        Assert.Empty(new InstalledCheckpoints(home.Folder).List());
        Assert.Null(await fixture.Engine.FindImageAsync(stored.Memory!.ImageName, default));
        Assert.Null(await fixture.Engine.FindImageAsync(stored.Files!.ImageName, default));
        await AssertNoDumpAsync(stored.Memory);
        await home.RunAsync("checkpoint", "redis");
    }

    [Requires(Need.Engine)]
    public async Task Remove_waits_for_a_container_that_goes_after_its_test_run()
    {
        var copy = await RestoreAsync(Assert.Single(new InstalledCheckpoints(home.Folder).List()));
        using var remove = Tool.Start(home.Environment, "remove", "redis", "--json");
        try
        {
            await remove.WaitForLineAsync("waiting for the container");
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(copy.Id, default);
        }

        await remove.WaitAsync();
        Assert.Equal(0, remove.ExitCode);
        Assert.Empty(new InstalledCheckpoints(home.Folder).List());
        await home.RunAsync("checkpoint", "redis");
    }

    [Requires(Need.Engine)]
    public async Task Remove_cleans_up_after_a_process_that_was_killed()
    {
        var labels = ContainerLabels.Of(ContainerLabels.ForLease, "killed");
        labels[ContainerLabels.Owner] = (OwnerTag.Current with { Started = "1" }).ToString();
        var id = await fixture.Engine.CreateContainerAsync(
            new ContainerDefinition { Name = $"crcache-killed-{Guid.NewGuid():N}", Image = "redis:8", Labels = labels }, default);
        await home.RunAsync("remove", "--all");
        Assert.Null(await fixture.Engine.FindContainerAsync(id, default));
        await home.RunAsync("checkpoint", "redis");
    }

    [Requires(Need.Engine)]
    public async Task Logs_are_those_of_the_running_containers_of_an_item()
    {
        using var first = await StartRunAsync();
        var container = Assert.Single(await fixture.CopiesOfAsync(first.Id));
        await fixture.Engine.ExecAsync(container.Id, ["redis-cli", "bgsave"], TimeSpan.FromSeconds(5), default);
        Assert.Contains("Background saving started", await home.RunAsync("logs", container.Name), StringComparison.Ordinal);
        Assert.Single((await home.RunAsync("logs", container.Id[..12], "--tail", "1")).Trim().Split('\n'));
        using (var second = await StartRunAsync())
        {
            Assert.Matches($"(?m)^{container.Name} \\| .*Background saving started", await home.RunAsync("logs", "redis"));
            await EndAsync(second);
        }

        using var none = await Tool.RunAsync(home.Environment, "logs", "mysqll");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("CRC4002", none.Error, StringComparison.Ordinal);
        Assert.Contains(container.Name, none.Error, StringComparison.Ordinal);
        await EndAsync(first);
    }

    [Requires(Need.Engine)]
    public async Task Explain_names_the_parts_that_have_changed_and_shows_no_secret()
    {
        var known = await home.RunJsonAsync("explain", "redis");
        Assert.True(known[0].GetProperty("exists").GetBoolean());
        Assert.All(known.Where(line => Text(line, "event") == "part"), part => Assert.Equal("same", Text(part, "change")));
        Assert.Equal("engine", Text(Assert.Single(known, line => Text(line, "event") == "step"), "state"));
        var item = Path.Combine(home.Folder, "redis.item.json");
        await File.WriteAllTextAsync(item, """
            {
              "name": "redis",
              "metadata": {
                "Hostname": "other",
                "Environment": "APP_PASSWORD=hunter2",
                "Command": "redis-server --requirepass hunter3 --save '' x"
              }
            }
            """);
        var text = await home.RunAsync("explain", "--item", item);
        Assert.Matches(@"(?m)^\* hostname +other +\(was: redis\)$", text);
        Assert.Matches(@"(?m)^\+ environment APP_PASSWORD +\(hash [0-9a-f]{8}\)$", text);
        Assert.Matches(@"(?m)^  platform +linux/", text);
        Assert.DoesNotContain("hunter", text, StringComparison.Ordinal);
        var changed = await home.RunJsonAsync("explain", "--item", item);
        Assert.False(changed[0].GetProperty("exists").GetBoolean());
        Assert.Equal(known[0].GetProperty("key").GetString(), Text(changed[0], "comparedWith"));
    }

    [Fact]
    public void Parts_are_compared_by_their_names()
    {
        KeyPart[] now = [new("same", "1"), new("changed", "2"), new("added", "3")];
        KeyPart[] older = [new("removed", "4"), new("changed", "5"), new("same", "1")];
        Assert.Equal(
            [
                new("same", "1", "1", "same"),
                new("changed", "2", "5", "changed"),
                new("added", "3", null, "added"),
                new("removed", null, "4", "removed"),
            ],
            ExplainedPart.Compare(now, older));
    }

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private async Task<RestoredContainer> RestoreAsync(InstalledCheckpoint stored)
    {
        var restorer = new CheckpointRestorer(fixture.Engine, new InstalledCheckpoints(home.Folder));
        return await restorer.RestoreMemoryAsync(
            await fixture.RedisAsync(Rung.Memory), stored.Memory!, restorer.VolumesOf(stored), ContainerLabels.ForLease, default);
    }

    private async Task<Tool> StartRunAsync()
    {
        var run = Tool.Start(home.Environment, "run", "redis", "--", "sh", "-c", LongCommand);
        await run.WaitForLineAsync("up");
        return run;
    }

    private async Task EndAsync(Tool run)
    {
        run.Signal("TERM");
        await run.WaitAsync();
        await fixture.AssertGoneWithinAsync(TimeSpan.FromSeconds(5), run.Id);
    }

    private async Task AssertNoDumpAsync(InstalledMemory memory)
    {
        var spec = await fixture.RedisAsync(Rung.Memory);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => new CheckpointRestorer(fixture.Engine, fixture.Store)
            .RestoreMemoryAsync(spec, memory with { ImageName = spec.ImageId }, _ => Stream.Null, ContainerLabels.ForTrial, default));
        Assert.Contains("there is no dump", error.Message, StringComparison.Ordinal);
    }
}
