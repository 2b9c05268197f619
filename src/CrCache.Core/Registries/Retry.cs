using System.Net;

namespace CrCache.Registries;

/// <summary>
/// Says after each failure of a transfer whether it goes on. What is tried again differs each time (the part that is
/// missing), which is why this counts failures where a retry library would repeat a call.
/// </summary>
internal sealed class Retry
{
    private const int Limit = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private int _failures;
    private long _best;
    private TimeSpan _asked;

    /// <summary>True where the failure may pass and did not come too often since the transfer last got further.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="position">The bytes that have been transferred.</param>
    public bool Allows(Exception failure, long position = 0)
    {
        // A few bytes more each time would be no end either.
        if (position >= _best + Patience.LeastPiece)
        {
            (_best, _failures) = (position, 0);
        }

        _asked = (failure as RegistryCallException)?.RetryAfter ?? TimeSpan.Zero;
        return IsTransient(failure) && ++_failures < Limit;
    }

    /// <summary>Waits longer each time, and as long as the registry has asked for.</summary>
    public Task PauseAsync(CancellationToken cancellationToken)
    {
        var pause = FirstPause * Math.Pow(2, _failures - 1);
        pause = pause > _asked ? pause : _asked;
        return Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
    }

    private static bool IsTransient(Exception failure) => failure switch
    {
        RegistryCallException e =>
            e.Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        HttpRequestException or TimeoutException => true,
        _ => false,
    };
}
