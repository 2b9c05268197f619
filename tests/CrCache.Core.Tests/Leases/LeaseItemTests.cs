using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Core.Tests.Archives;
using CrCache.Diagnostics;
using CrCache.Leases;
using CrCache.Specs;

namespace CrCache.Core.Tests.Leases;

/// <summary>An archive may come from anywhere, and its names become those of variables.</summary>
public sealed class LeaseItemTests : IDisposable
{
    private readonly MadeUpArchive _archive = new();

    public void Dispose() => _archive.Dispose();

    [Theory]
    [InlineData("", "tcp")]
    [InlineData("x=y", "tcp")]
    [InlineData("a\nLD_PRELOAD=/tmp/evil.so", "tcp")]
    [InlineData("../redis", "tcp")]
    [InlineData(".redis", "tcp")]
    [InlineData("redis", "")]
    [InlineData("redis", "a b")]
    [InlineData("redis", "tcp\0")]
    public async Task A_name_that_no_item_may_have_is_refused(string item, string port)
    {
        var spec = MadeUpSpecs.Redis with { Name = item, Ports = [new NamedPort(port, 6379)] };
        Assert.Equal("CRC2002", (await Assert.ThrowsAsync<CrCacheException>(() => ReadArchiveAsync(spec))).Code);
        Assert.Equal("CRC2002", (await Assert.ThrowsAsync<CrCacheException>(() => ReadRecordAsync(spec))).Code);
    }

    [Fact]
    public async Task One_that_an_item_may_have_is_taken()
    {
        var spec = MadeUpSpecs.Redis with { Name = "My-db.2_x", Ports = [new NamedPort("my-port_1", 6379)] };
        Assert.Equal("My-db.2_x", (await ReadArchiveAsync(spec)).Spec.Name);
        Assert.Equal("My-db.2_x", (await ReadRecordAsync(spec)).Spec.Name);
    }

    // The archive alone, as it was copied from somewhere.
    private async Task<LeaseItem> ReadArchiveAsync(CheckpointSpec spec)
    {
        using (var file = File.Create(_archive.File))
        {
            await ArchiveWriter.WriteAsync(MadeUpArchive.Record with { Spec = spec }, _archive.Content, file, keys: null, default);
        }

        return await LeaseItem.ReadAsync(_archive.File, default);
    }

    // With what a build has put beside it.
    private async Task<LeaseItem> ReadRecordAsync(CheckpointSpec spec)
    {
        using var engine = new MadeUpEngine();
        var record = new BuildRecord
        {
            Key = MadeUpSpecs.Key,
            Spec = spec,
            Stored = MadeUpSpecs.Installed(engine, cold: 1),
            Result = "made",
            Seconds = 1,
        };
        record.Write(_archive.File);
        var item = LeaseItem.ReadAsync(_archive.File, default);
        await ((Task)item).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        File.Delete(_archive.File + ".json");
        return await item;
    }
}
