using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Core.Tests.Checkpoints;

/// <summary>Where the disk of the engine's machine is full, a normal start serves, and the next time a checkpoint is tried again.</summary>
public sealed class FullEngineTests : IDisposable
{
    private readonly MadeUpEngine _engine = new();
    private readonly string _home = Directory.CreateTempSubdirectory("crcache full ").FullName;

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData(nameof(IEngine.SignalContainerAsync))]
    [InlineData(nameof(IEngine.CommitAsync))]
    [InlineData(nameof(IEngine.AddLayersAsync))]
    [InlineData(nameof(IEngine.WriteArchiveAsync))]
    public async Task It_starts_cold_and_nothing_is_kept(string call)
    {
        var isFull = true;
        _engine.Fail(call, "write /var/lib/docker/tmp/x: no space left on device", _ => isFull);
        var output = Path.Combine(_home, "redis.checkpoint");
        var (stored, source) = await EnsureAsync(MadeUpSpecs.Redis, output);
        Assert.Equal(CheckpointSource.Cold, source);
        Assert.Contains("no space left on device", stored.WhyNoMemory, StringComparison.Ordinal);
        Assert.Contains("is full", stored.WhyNoMemory, StringComparison.Ordinal);
        Assert.Empty(new InstalledCheckpoints(_home).List());
        Assert.Empty(_engine.Containers);
        Assert.False((await ArchiveReader.ReadRecordAsync(output, default)).HasMemory);

        isFull = false;
        var copy = await Provider.Restorer.RestoreAsync(
            MadeUpSpecs.Redis, stored, ContainerLabels.ForLease, new Progress<string>(), default);
        Assert.Equal(Rung.Cold, copy.Rung);
        Assert.Equal(stored.WhyNoMemory, copy.Note);
    }

    [Fact]
    public async Task What_is_pinned_is_an_error_as_before()
    {
        _engine.Fail(nameof(IEngine.AddLayersAsync), "no space left on device");
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => EnsureAsync(MadeUpSpecs.Redis with { Mode = Rung.Files }, output: null));
        Assert.Contains("no space left on device", error.Message, StringComparison.Ordinal);
    }

    private CheckpointProvider Provider =>
        new(_engine, new InstalledCheckpoints(_home), new ArchiveStore(_home, ArchiveReader.DescribeAsync));

    private Task<(InstalledCheckpoint Stored, CheckpointSource Source)> EnsureAsync(CheckpointSpec spec, string? output) =>
        Provider.EnsureAsync(spec, output, write: output is not null, new Progress<string>(), default);
}
