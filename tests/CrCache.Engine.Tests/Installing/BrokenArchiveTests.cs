using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Keys;
using CrCache.Leases;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Installing;

/// <summary>An archive that is not what it should be is said to be so and not used; what is asked for comes from elsewhere.</summary>
[Collection(EngineTests.Name)]
public sealed class BrokenArchiveTests(EngineFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache broken ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    [InlineData("cut off")]
    [InlineData("one bit changed")]
    [InlineData("not an archive")]
    public async Task In_obj_that_of_the_store_replaces_it(string how)
    {
        var good = await fixture.RedisArchiveAsync();
        var spec = (await LeaseItem.ReadAsync(good, default)).Spec;
        await using var store = new TestStore(fixture.Engine);
        store.Put(CheckpointKey.Of(spec), good);
        var broken = Path.Combine(_folder, "redis.checkpoint");
        await File.WriteAllBytesAsync(broken, Break(await File.ReadAllBytesAsync(good), how));

        var (source, lines) = await store.BuildAsync(spec, broken);
        Assert.Equal(CheckpointSource.Found, source);
        Assert.Single(
            lines,
            line => line.StartsWith(ErrorCodes.BrokenArchive, StringComparison.Ordinal) && line.Contains(broken, StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(good), await File.ReadAllBytesAsync(broken));
        await using var copy = await store.RestoreAsync(spec);
        Assert.Equal("sown", await copy.ShellAsync("redis-cli get seed"));
    }

    [Requires(Need.Engine)]
    public async Task In_obj_and_in_the_store_it_is_made_again()
    {
        var good = await fixture.RedisArchiveAsync();
        var spec = await fixture.RedisAsync(Rung.Memory, ("TEST", "broken archives"));
        var key = CheckpointKey.Of(spec);
        await using var store = new TestStore(fixture.Engine);

        // That of another key, under this one's name.
        store.Put(key, good);
        var broken = Path.Combine(_folder, "redis.checkpoint");
        await File.WriteAllBytesAsync(broken, Break(await File.ReadAllBytesAsync(good), "cut off at its beginning"));

        var (source, lines) = await store.BuildAsync(spec, broken);
        Assert.Equal(CheckpointSource.Made, source);
        Assert.Equal(2, lines.Count(line => line.StartsWith(ErrorCodes.BrokenArchive, StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("another key", StringComparison.Ordinal));
        Assert.Equal(key, (await ArchiveReader.ReadRecordAsync(broken, default)).Key);
        await using var copy = await store.RestoreAsync(spec);
        Assert.Equal("PONG", await copy.ShellAsync("redis-cli ping"));
    }

    private static byte[] Break(byte[] archive, string how)
    {
        switch (how)
        {
            case "cut off":
                return archive[..(archive.Length * 9 / 10)];
            case "cut off at its beginning":
                return archive[..20];
            case "one bit changed":
                archive[archive.Length / 2] ^= 4;
                return archive;
            default:
                return "no archive at all"u8.ToArray();
        }
    }
}
