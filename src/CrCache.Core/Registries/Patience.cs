namespace CrCache.Registries;

/// <summary>How long a registry may take: the limit counts anew whenever it has given a sign of life.</summary>
internal sealed class Patience : IDisposable
{
    /// <summary>The bytes that are a sign of life: one every 29 s would take for ever.</summary>
    public const int LeastPiece = 256 * 1024;

    private readonly CancellationToken _caller;
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _source;
    private long _bytes;

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

    /// <summary>Some bytes came. The limit counts from now where they are enough, with those before.</summary>
    public void Took(int bytes)
    {
        _bytes += bytes;
        if (_bytes >= LeastPiece)
        {
            _bytes = 0;
            Renew();
        }
    }

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
            throw new TimeoutException($"no answer for {_limit.TotalSeconds:0} s, or one that hardly comes", e);
        }
    }

    public void Dispose() => _source.Dispose();
}
