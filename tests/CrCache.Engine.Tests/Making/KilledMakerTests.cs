using CrCache.Diagnostics;
using CrCache.Ownership;

namespace CrCache.Engine.Tests.Making;

/// <summary>A crcache that is killed while it makes a checkpoint leaves nothing that the next one does not remove.</summary>
[Collection(EngineTests.Name)]
public sealed class KilledMakerTests(EngineFixture fixture)
{
    private const int Attempts = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Requires(Need.Engine)]
    [InlineData("stopping a copy for its files")]
    [InlineData("handing its memory to the engine")]
    [InlineData("packing it")]
    public async Task The_next_run_removes_its_containers_images_dumps_and_files_and_makes_it(string stage)
    {
        var (store, killed) = await StopAtAsync(stage);
        await using var disposedStore = store;
        using var disposedTool = killed;
        var left = await PartsAsync(store, killed);
        killed.Signal("KILL");
        await killed.WaitAsync();

        using var next = await Tool.RunAsync(store.Environment, "checkpoint", "--item", Item(store));
        Assert.True(next.ExitCode == 0, next.Error);
        Assert.Empty(await fixture.ContainersOfAsync(killed.Id));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Work(store)));
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
        var error = await Assert.ThrowsAsync<CrCacheException>(() => fixture.StartFromDumpAsync("redis:8", dump));
        Assert.Contains($"there is no dump {dump}", error.Message, StringComparison.Ordinal);
    }

    private static string Item(TestStore store) => Path.Combine(store.Home, "redis.item.json");

    private static string Work(TestStore store) => Path.Combine(store.Home, "work");

    // One that stands still in the midst of its work. It goes on while its words come here: where it was through by then, another
    // one is started.
    private async Task<(TestStore Store, Tool Tool)> StopAtAsync(string stage)
    {
        for (var attempt = 1; ; attempt++)
        {
            var store = new TestStore(fixture.Engine);
            await File.WriteAllTextAsync(Item(store), """{ "name": "redis", "metadata": { "Environment": "TEST=killed" } }""");
            var tool = Tool.Start(store.Environment, "checkpoint", "--item", Item(store));
            await Eventually.FindAsync(
                Limit, () => tool.Error.Contains(
                    stage, StringComparison.Ordinal) ? stage : null, () => $"'{stage}' was not said:\n{tool.Error}");
            tool.Signal("STOP");
            if ((await PartsAsync(store, tool)).Length > 0 && Directory.EnumerateFileSystemEntries(Work(store)).Any())
            {
                return (store, tool);
            }

            Assert.True(attempt < Attempts, $"it was through each time before it could be stopped:\n{tool.Error}");
            tool.Signal("CONT");
            await tool.WaitAsync();
            tool.Dispose();
            await store.DisposeAsync();
        }
    }

    // The ids of the containers that are there because of it, and of the dumps.
    private async Task<string[]> PartsAsync(TestStore store, Tool tool) =>
        (await fixture.ContainersOfAsync(tool.Id)).Select(container => container.Id)
            .Concat(store.Checkpoints.List().Select(stored => stored.Memory!.Dump))
            .ToArray();
}
