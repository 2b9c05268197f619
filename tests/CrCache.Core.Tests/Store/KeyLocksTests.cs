using CrCache.Store;

namespace CrCache.Core.Tests.Store;

public sealed class KeyLocksTests : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), "crcache-locks-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Who_waits_for_a_lock_leaves_its_thread_to_others()
    {
        var locks = new KeyLocks(new StoreDirectory(_root));
        Task<IDisposable> waiting;
        using (locks.TryExclusive("a"))
        {
            waiting = locks.ExclusiveAsync("a", default);
            Assert.False(waiting.IsCompleted);
        }

        using var taken = await waiting;
        Assert.Null(locks.TryExclusive("a"));
    }

    [Fact]
    public void Who_has_it_stands_in_it()
    {
        var locks = new KeyLocks(new StoreDirectory(_root));
        using var held = locks.TryExclusive("a");
        Assert.Null(locks.TryExclusive("a"));
        var holder = locks.HolderOf("a")!;
        Assert.StartsWith($"Process {Environment.ProcessId} (", holder, StringComparison.Ordinal);
        Assert.EndsWith($" on {Environment.MachineName}", holder, StringComparison.Ordinal);
        Assert.Null(locks.HolderOf("b"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_process_has_no_other_gets_whatever_NET_is_told_of_locks(bool isDisabled)
    {
        var key = new string('a', 64);
        using var other = StoreProcess.Start(["env", $"DOTNET_SYSTEM_IO_DISABLEFILELOCKING={isDisabled}"], _root, "lock", key);
        try
        {
            Assert.Equal("locked", await other.StandardOutput.ReadLineAsync());
            var locks = new KeyLocks(new StoreDirectory(_root));
            Assert.Null(locks.TryExclusive(key));
            Assert.StartsWith($"Process {other.Id} (", locks.HolderOf(key), StringComparison.Ordinal);
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        var locks = new KeyLocks(new StoreDirectory(_root));
        using var held = locks.TryExclusive("a");
        using var source = new CancellationTokenSource();
        var waiting = locks.ShareAsync("a", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
