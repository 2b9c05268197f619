using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;
using CrCache.Specs;
using CrCache.Upkeep;

namespace CrCache.Engine.Tests.Upkeep;

/// <summary>
/// What stays on the engine when images are pruned under a store or a store is lost. Other tests have theirs there meanwhile, so nothing
/// is counted: what is looked for has a name.
/// </summary>
[Collection(EngineTests.Name)]
public sealed class OrphanTests(EngineFixture fixture)
{
    private const string OlderThanAllElse = "3650d";
    private static readonly Dictionary<string, string> s_labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test");
    private readonly IEngine _engine = fixture.Engine;

    [Requires(Need.Engine)]
    public async Task Where_images_are_pruned_the_next_command_removes_the_dump()
    {
        await using var store = new TestStore(_engine);
        var pruned = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            using var made = await Tool.RunAsync(store.Environment, "checkpoint", "--item", await WriteItemAsync(store, "pruned"));
            Assert.True(made.ExitCode == 0, made.Error);
            var stored = Assert.Single(store.Checkpoints.List());
            var dumps = await ListDumpsAsync();
            Assert.Contains(stored.Memory!.Dump, dumps);
            Assert.Empty(pruned.Intersect(dumps));
            pruned.Add(stored.Memory.Dump);
            foreach (var name in stored.ImageNames)
            {
                await _engine.RemoveImageAsync(name, default);
            }
        }
    }

    [Requires(Need.Engine)]
    public async Task An_image_that_was_pruned_under_a_container_goes_after_it()
    {
        await using var store = new TestStore(_engine);
        var item = await WriteItemAsync(store, "pruned under a copy");
        using var made = await Tool.RunAsync(store.Environment, "checkpoint", "--item", item);
        Assert.True(made.ExitCode == 0, made.Error);
        var name = Assert.Single(store.Checkpoints.List()).ImageNames.First();
        var id = (await _engine.FindImageAsync(name, default))!.Id;
        var copy = await _engine.CreateContainerAsync(Definition(name, labels: []) with { Runtime = null }, default);
        try
        {
            await _engine.StartContainerAsync(copy, default);
            await _engine.RemoveImageAsync(name, default);
            Assert.Null(await _engine.FindImageAsync(name, default));
            Assert.NotNull(await _engine.FindImageAsync(id, default));
        }
        finally
        {
            await _engine.RemoveContainerAsync(copy, default);
        }

        using var next = await Tool.RunAsync(store.Environment, "checkpoint", "--item", item);
        Assert.True(next.ExitCode == 0, next.Error);
        Assert.DoesNotContain(name, Assert.Single(store.Checkpoints.List()).ImageNames);
        Assert.DoesNotContain(id, (await _engine.ListUntaggedImagesAsync(ImageLabels.Store, default)).Select(image => image.Name));
    }

    [Requires(Need.Engine)]
    public async Task What_a_lost_store_has_left_is_shown_and_goes_only_for_who_asks_for_it()
    {
        await using var other = new TestStore(_engine);
        await using var lost = new TestStore(_engine);
        var left = await lost.EnsureAsync(await fixture.RedisAsync(Rung.Auto, ("TEST", "lost store")));
        Directory.Delete(lost.Home, recursive: true);
        Directory.CreateDirectory(lost.Home);

        using var made = await Tool.RunAsync(other.Environment, "checkpoint", "--item", await WriteItemAsync(other, "another store"));
        Assert.True(made.ExitCode == 0, made.Error);
        using var list = await Tool.RunAsync(other.Environment, "list", "--foreign", "--json");
        Assert.All(left.ImageNames, name => Assert.Contains(name, list.Output, StringComparison.Ordinal));
        Assert.Contains(left.Memory!.Dump, await ListDumpsAsync());

        var sweeper = new OrphanSweeper(_engine, other.Checkpoints);
        foreach (var part in (await sweeper.ListAsync(default)).Where(part => left.ImageNames.Contains(part.Name)))
        {
            Assert.True(await sweeper.TryRemoveAsync(part, default));
        }

        foreach (var name in left.ImageNames)
        {
            Assert.Null(await _engine.FindImageAsync(name, default));
        }

        Assert.DoesNotContain(left.Memory.Dump, await ListDumpsAsync());
    }

    [Requires(Need.Engine)]
    public async Task Foreign_ones_go_by_their_age_unless_a_container_is_of_them()
    {
        await using var store = new TestStore(_engine);
        var (old, inUse) = (await LeaveAsync(), await LeaveAsync());
        var somebodys = await _engine.CreateContainerAsync(Definition(CheckpointImageNames.Of(inUse), labels: []), default);
        try
        {
            using var remove = await Tool.RunAsync(store.Environment, "remove", "--foreign", "--older-than", OlderThanAllElse);
            Assert.Equal(1, remove.ExitCode);
            Assert.Contains($"removed the image {CheckpointImageNames.Of(old)}", remove.Output, StringComparison.Ordinal);
            Assert.Single(remove.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains($"CRC4003: Not removed: the image {CheckpointImageNames.Of(inUse)}", remove.Error, StringComparison.Ordinal);
            Assert.Null(await _engine.FindImageAsync(CheckpointImageNames.Of(old), default));
            var dumps = await ListDumpsAsync();
            Assert.DoesNotContain(old, dumps);
            Assert.Contains(inUse, dumps);
        }
        finally
        {
            await _engine.RemoveContainerAsync(somebodys, default);
        }

        using var again = await Tool.RunAsync(store.Environment, "remove", "--foreign", "--older-than", OlderThanAllElse);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.DoesNotContain(inUse, await ListDumpsAsync());
    }

    // A dump and its image of a store that is nowhere, as if they had been there for twenty years.
    private async Task<string> LeaveAsync()
    {
        var id = await _engine.CreateContainerAsync(Definition("redis:8", s_labels), default);
        try
        {
            await _engine.StartContainerAsync(id, default);
            await _engine.ExecAsync(id, ["sh", "-c", "until redis-cli ping; do sleep 0.05; done"], TimeSpan.FromSeconds(20), default);
            await CrCacheRuntime.DumpAsync(_engine, id, default);
            var labels = ImageLabels.Of("nobodys", new string('0', 64), DateTimeOffset.UtcNow.AddYears(-20));
            await _engine.CommitAsync(id, CheckpointImageNames.Repository, id, labels, default);
            return id;
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }

    private async Task<IReadOnlyList<string>> ListDumpsAsync() =>
        [.. (await CrCacheRuntime.ListDumpsAsync(_engine, "redis:8", s_labels, default))!.Select(dump => dump.Id)];

    private static async Task<string> WriteItemAsync(TestStore store, string test)
    {
        var item = Path.Combine(store.Home, "redis.item.json");
        await File.WriteAllTextAsync(item, $$"""{ "name": "redis", "metadata": { "Environment": "TEST={{test}}" } }""");
        return item;
    }

    private static ContainerDefinition Definition(string image, Dictionary<string, string> labels) => new()
    {
        Name = $"crcache-test-{Guid.NewGuid():N}",
        Image = image,
        Labels = labels,
        Runtime = CrCacheRuntime.Name,
        Network = false,
        Hostname = "orphan",
        SeccompProfile = SeccompProfile.WithoutIoUring,
    };
}
