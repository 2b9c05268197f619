namespace CrCache.Registries;

/// <summary>How long a registry may take: the limit counts anew whenever it has given a sign of life.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _source;

    public Patience(TimeSpan limit, CancellationToken caller)
    {
        _caller = caller;
        _limit = limit;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        Renew();
    }

    /// <summary>Ends what waits, at the limit or when the caller wants it.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The caller's own token, for what the registry is not to blame for.</summary>
    public CancellationToken Caller => _caller;

    /// <summary>The limit counts from now.</summary>
    public void Renew() => _source.CancelAfter(_limit);

    /// <summary>Nothing is counted until <see cref="Renew"/>.</summary>
    public void Suspend() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Waits; the limit ends it with a <see cref="TimeoutException"/>.</summary>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> action)
    {
        try
        {
            return await action(Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (Token.IsCancellationRequested && !_caller.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer for {_limit.TotalSeconds:0} s", e);
        }
    }

    public void Dispose() => _source.Dispose();
}
