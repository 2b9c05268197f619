using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Leases;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Core.Tests.Leases;

/// <summary>All copies of a lease come and go together.</summary>
public sealed class LeaseAcquireTests : IDisposable
{
    private readonly MadeUpEngine _engine = new();
    private readonly string _home = Directory.CreateTempSubdirectory("crcache lease ").FullName;

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task Where_one_fails_the_others_are_given_up_and_its_error_is_told()
    {
        // The second would take for ever; it is under way when the first fails.
        var slow = new TaskCompletionSource();
        _engine.Script.Add(async (call, cancellationToken) =>
        {
            if (call is { Name: nameof(IEngine.StartContainerAsync), Container.Hostname: "slow" })
            {
                slow.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            else if (call is { Name: nameof(IEngine.StartContainerAsync), Container.Hostname: "broken" })
            {
                await slow.Task;
                throw new CrCacheException(ErrorCodes.EngineCallFailed, "crcache-runc: cannot restore it");
            }
        });
        var error = await Assert.ThrowsAsync<CrCacheException>(() => AcquireAsync("slow", "broken"));
        Assert.Equal(ErrorCodes.RestoreFailed, error.Code);
        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.Empty(_engine.Containers);
        Assert.True(_engine.IsDisposed);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_removed_leaves_no_engine_open()
    {
        var lease = await AcquireAsync("one", "two");
        Assert.Equal(2, _engine.Containers.Count);
        _engine.Fail(nameof(IEngine.RemoveContainerAsync), "it is busy", call => call.Container?.Hostname == "one");
        await Assert.ThrowsAsync<CrCacheException>(async () => await lease.DisposeAsync());
        Assert.Equal("one", Assert.Single(_engine.Containers).Definition.Hostname);
        Assert.True(_engine.IsDisposed);
    }

    private Task<Lease> AcquireAsync(params string[] names)
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1);
        var items = names.Select(name =>
            new LeaseItem(MadeUpSpecs.Redis with { Name = name, Hostname = name, Mode = Rung.Memory }, installed, null, "found"));
        var archives = new ArchiveStore(_home, ArchiveReader.DescribeAsync);
        var provider = new CheckpointProvider(_engine, new InstalledCheckpoints(_home), archives);
        return Lease.AcquireAsync(provider, items.ToArray(), new Progress<string>(), default);
    }
}
