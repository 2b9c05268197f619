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
