using System.Diagnostics;
using CrCache.Diagnostics;
using CrCache.Ownership;
using CrCache.Runtimes;

namespace CrCache.Engine.Tests;

/// <summary>A crcache that is killed while it makes a checkpoint leaves nothing that the next one does not remove.</summary>
[Collection(EngineTests.Name)]
public sealed class KilledMakerTests(EngineFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [EngineTheory]
    [InlineData("stopping a copy for its files")]
    [InlineData("handing its memory to the engine")]
    [InlineData("packing it")]
    public async Task The_next_run_removes_its_containers_images_dumps_and_files_and_makes_it(string stage)
    {
        await using var store = new TestStore(fixture.Engine);
        var item = Path.Combine(store.Home, "redis.item.json");
        await File.WriteAllTextAsync(item, """{ "name": "redis", "metadata": { "Environment": "TEST=killed" } }""");
        using var killed = Tool.Start(store.Environment, "checkpoint", "--item", item);
        await WaitForAsync(killed, stage);
        killed.Signal("KILL");
        await killed.WaitAsync();
        var left = (await fixture.ContainersOfAsync(killed.Id)).Select(container => container.Id)
            .Concat(store.Checkpoints.List().Select(stored => stored.Memory!.Dump))
            .ToArray();
        Assert.NotEmpty(left);
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Path.Combine(store.Home, "work")));

        using var next = await Tool.RunAsync(store.Environment, "checkpoint", "--item", item);
        Assert.True(next.ExitCode == 0, next.Error);
        Assert.Empty(await fixture.ContainersOfAsync(killed.Id));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(store.Home, "work")));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(store.Home, "archives"), "*.checkpoint"));
        foreach (var id in left)
        {
            Assert.Null(await fixture.Engine.FindImageAsync(CheckpointImageNames.Of(id), default));
            Assert.Null(await fixture.Engine.FindImageAsync(CheckpointImageNames.CleanOf(id), default));
            await AssertNoDumpAsync(id);
        }
    }

    private async Task AssertNoDumpAsync(string dump)
    {
        var id = await fixture.Engine.CreateContainerAsync(
            new Engines.ContainerDefinition
            {
                Name = $"crcache-test-{Guid.NewGuid():N}",
                Image = "redis:8",
                Labels = Ownership.ContainerLabels.Of(Ownership.ContainerLabels.ForTrial, "test"),
                Runtime = CrCacheRuntime.Name,
                Network = false,
                Environment = new Dictionary<string, string> { [CrCacheRuntime.RestoreVariable] = dump },
            },
            default);
        try
        {
            var error = await Assert.ThrowsAsync<CrCacheException>(() => fixture.Engine.StartContainerAsync(id, default));
            Assert.Contains($"there is no dump {dump}", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(id, default);
        }
    }

    private static async Task WaitForAsync(Tool tool, string text)
    {
        for (var clock = Stopwatch.StartNew(); !tool.Error.Contains(text, StringComparison.Ordinal); await Task.Delay(5))
        {
            Assert.True(clock.Elapsed < Limit, $"'{text}' was not said:\n{tool.Error}");
        }
    }
}
