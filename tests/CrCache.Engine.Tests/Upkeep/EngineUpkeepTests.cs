using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Engine.Tests.Upkeep;

/// <summary>What checkpoints take on the engine stays within the store's size.</summary>
[Collection(EngineTests.Name)]
public sealed class EngineUpkeepTests(EngineFixture fixture)
{
    [Requires(Need.Engine)]
    public async Task The_least_recently_used_one_leaves_the_engine_and_comes_back_from_its_archive()
    {
        await using var store = new TestStore(fixture.Engine);
        var progress = new Progress<string>();
        CheckpointSpec[] specs =
        [
            await fixture.RedisAsync(Rung.Auto, ("TEST", "upkeep 1")),
            await fixture.RedisAsync(Rung.Auto, ("TEST", "upkeep 2")),
        ];

        // Room for both archives, each less than a megabyte, but on the engine for one checkpoint only.
        var (first, _) = await MakerOf("100MB").EnsureAsync(specs[0], null, write: false, progress, default);
        Assert.InRange(first.EngineBytes, 1_500_000, 20_000_000);
        var (second, _) = await MakerOf($"{first.EngineBytes * 3 / 2 / 1000}kB")
            .EnsureAsync(specs[1], null, write: false, progress, default);

        Assert.Equal([second.Key], store.Checkpoints.List().Select(checkpoint => checkpoint.Key));
        Assert.Null(await fixture.Engine.FindImageAsync(first.Memory!.ImageName, default));
        Assert.Null(await fixture.Engine.FindImageAsync(first.Files!.ImageName, default));
        Assert.NotNull(await fixture.Engine.FindImageAsync(second.Memory!.ImageName, default));

        var (again, source) = await MakerOf("100MB").EnsureAsync(specs[0], null, write: false, progress, default);
        Assert.Equal(CheckpointSource.Found, source);
        Assert.NotNull(await fixture.Engine.FindImageAsync(again.Memory!.ImageName, default));

        CheckpointProvider MakerOf(string size) =>
            new(fixture.Engine, store.Checkpoints, new ArchiveStore(store.Home, ArchiveReader.DescribeAsync, size));
    }
}
