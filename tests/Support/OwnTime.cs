namespace CrCache.Tests;

/// <summary>A clock of the time that this process gets: it stands still while the machine is busy with something else.</summary>
internal sealed class OwnTime : IDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _end = new();
    private int _ticks;

    public OwnTime() => _ = TickAsync();

    /// <summary>How much has passed since it was made; never more than by the machine's clock.</summary>
    public TimeSpan Elapsed => s_tick * Volatile.Read(ref _ticks);

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task TickAsync()
    {
        for (var end = _end.Token; !end.IsCancellationRequested; Interlocked.Increment(ref _ticks))
        {
            await Task.Delay(s_tick, CancellationToken.None);
        }
    }
}
