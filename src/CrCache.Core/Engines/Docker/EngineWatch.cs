using Docker.DotNet;

namespace CrCache.Engines.Docker;

/// <summary>
/// Sees to it that no call waits for ever. One that takes long is no proof of anything: an engine that restores, dumps or loads is
/// busy with that for seconds. But it answers pings meanwhile, and one that does not answer those hangs.
/// </summary>
/// <param name="endpoint">The engine.</param>
/// <param name="patience">How long it may take.</param>
/// <param name="ending">Cancelled when the user has asked the process to end, and waits for that.</param>
internal sealed class EngineWatch(EngineEndpoint endpoint, EnginePatience patience, CancellationToken ending)
{
    // For a call that was given up to let go of its streams, which it does at once.
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private Task<bool>? _ping;
    private long _silentUntil;
    private long _lastMoment;

    /// <summary>How long the engine may take.</summary>
    public EnginePatience Patience => patience;

    /// <summary>Makes a call.</summary>
    /// <param name="asked">What the engine is to do.</param>
    /// <param name="call">The call.</param>
    /// <param name="ping">What every engine answers at once.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="Diagnostics.CrCacheException">The engine hangs (CRC1001), or the limit is over (CRC1002).</exception>
    public async Task<T> RunAsync<T>(
        EngineCall asked, Func<CancellationToken, Task<T>> call, Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        ThrowIfSilent(asked.What);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answer = call(source.Token);
        try
        {
            await WaitAsync(asked, answer, ping, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await source.CancelAsync().ConfigureAwait(false);
            await ((Task)answer).WaitAsync(s_grace, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        var result = await answer.ConfigureAwait(false);
        Volatile.Write(ref _silentUntil, 0);
        return result;
    }

    /// <summary>Whether a ping is answered in time; what it throws otherwise is thrown.</summary>
    public async Task<bool> AnswersAsync(Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience.Ping);
        using var hurry = ending.Register(() => limit.CancelAfter(patience.LastPing));
        try
        {
            await ping(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (DockerApiException)
        {
            // A refusal is an answer.
            return true;
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Throws at once where the engine was found to hang just now.</summary>
    public void ThrowIfSilent(string what)
    {
        if (Environment.TickCount64 < Volatile.Read(ref _silentUntil))
        {
            throw Silent(what);
        }
    }

    /// <summary>The error of an engine that hangs.</summary>
    public Exception Silent(string what)
    {
        Volatile.Write(ref _silentUntil, Environment.TickCount64 + (long)patience.Verdict.TotalMilliseconds);
        return new EngineFailure(endpoint, what).Silent();
    }

    // Until it is answered.
    private async Task WaitAsync(EngineCall asked, Task answer, Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        var unanswered = 0;
        while (!answer.IsCompleted)
        {
            // A ping that another call waits for says as much.
            if (Volatile.Read(ref _ping) is not { IsCompleted: false })
            {
                await PauseAsync(asked, answer, cancellationToken).ConfigureAwait(false);
            }

            var answers = answer.IsCompleted ? null : Ping(ping);
            await Task.WhenAny(answer, answers ?? answer).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (answer.IsCompleted)
            {
                return;
            }

            unanswered = await answers!.ConfigureAwait(false) ? 0 : unanswered + 1;
            if (unanswered > 0 && (unanswered >= asked.Pings || ending.IsCancellationRequested))
            {
                throw Silent(asked.What);
            }

            if (unanswered == 0 && (asked.Left <= TimeSpan.Zero || IsLastMomentOver()))
            {
                throw new EngineFailure(endpoint, asked.What).Slow();
            }
        }
    }

    private async Task PauseAsync(EngineCall asked, Task answer, CancellationToken cancellationToken)
    {
        var isLast = ending.IsCancellationRequested;
        var pause = isLast ? patience.LastPause : patience.Pause;
        pause = pause < asked.Left ? pause : asked.Left;
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, isLast ? CancellationToken.None : ending);
        await answer.WaitAsync(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, wake.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task<bool> Ping(Func<CancellationToken, Task> ping)
    {
        lock (_gate)
        {
            return _ping is { IsCompleted: false } running ? running : _ping = AnswersAsync(ping, CancellationToken.None);
        }
    }

    // The time counts from the first call that sees it.
    private bool IsLastMomentOver()
    {
        if (!ending.IsCancellationRequested)
        {
            return false;
        }

        var end = Environment.TickCount64 + (long)patience.Ending.TotalMilliseconds;
        var known = Interlocked.CompareExchange(ref _lastMoment, end, 0);
        return known != 0 && Environment.TickCount64 > known;
    }
}
