using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Installed;
using CrCache.Leases;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Core.Tests.Checkpoints;

/// <summary>A checkpoint that is older than its item allows is made anew, wherever it lies.</summary>
public sealed class MaxAgeTests : IDisposable
{
    private static readonly CheckpointSpec s_spec = MadeUpSpecs.Redis with { MaxAge = TimeSpan.FromHours(1) };
    private static readonly CheckpointSpec s_strict = s_spec with { MaxAge = TimeSpan.FromTicks(1) };
    private readonly MadeUpEngine _engine = new();
    private readonly TemporaryFolder _home = new();

    public void Dispose()
    {
        _engine.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task What_the_engine_the_store_and_a_build_have_is_taken_while_it_is_young_and_made_anew_then()
    {
        var output = _home.File("redis.checkpoint");
        var (first, source) = await EnsureAsync(s_spec, output);
        Assert.Equal(CheckpointSource.Made, source);
        Assert.Equal(CheckpointSource.Found, (await EnsureAsync(s_spec, output)).Source);

        // By then a tick is over: the engine, the store and the build's output have it, and all of them too old a one.
        var (second, again) = await EnsureAsync(s_strict, output);
        Assert.Equal(CheckpointSource.Made, again);
        Assert.Equal(first.Key, second.Key);
        Assert.True(second.Created > first.Created);
        Assert.Equal(second.Created, (await ArchiveReader.ReadRecordAsync(output, default)).Created);
        Assert.Equal(second.Created, (await EnsureAsync(s_spec, output)).Stored.Created);
    }

    [Fact]
    public async Task An_archive_alone_that_is_too_old_is_not_taken_either()
    {
        var output = _home.File("redis.checkpoint");
        await EnsureAsync(s_spec, output);
        var other = new CheckpointProvider(
            _engine, new InstalledCheckpoints(_home.File("other")), new ArchiveStore(_home.File("other"), ArchiveReader.DescribeAsync));
        var (_, source) = await other.EnsureAsync(s_strict, output, write: false, new Progress<string>(), default);
        Assert.Equal(CheckpointSource.Made, source);
    }

    [Fact]
    public async Task A_lease_does_not_take_what_the_build_has_left_when_it_has_become_too_old()
    {
        var (stored, _) = await EnsureAsync(s_spec, output: null);
        await using var young = await LeaseAsync(s_spec, stored);
        Assert.Equal("found", Assert.Single(young.Report.Leases).Result);
        await using var old = await LeaseAsync(s_strict, stored);
        Assert.Equal("made", Assert.Single(old.Report.Leases).Result);
    }

    private CheckpointProvider Provider =>
        new(_engine, new InstalledCheckpoints(_home.Path), new ArchiveStore(_home.Path, ArchiveReader.DescribeAsync));

    private Task<Lease> LeaseAsync(CheckpointSpec spec, InstalledCheckpoint stored) => Lease.AcquireAsync(
        Provider, [new LeaseItem(spec with { Image = MadeUpEngine.BaseImage }, stored, null, "found")], new Progress<string>(), default);

    private Task<(InstalledCheckpoint Stored, CheckpointSource Source)> EnsureAsync(CheckpointSpec spec, string? output) =>
        Provider.EnsureAsync(spec, output, write: output is not null, new Progress<string>(), default);
}
