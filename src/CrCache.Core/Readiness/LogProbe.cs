using System.Text.RegularExpressions;
using CrCache.Engines;

namespace CrCache.Readiness;

/// <summary>
/// Looks for a line in a container's log. The log is followed from its start on and never read twice: some servers write megabytes
/// before they are ready.
/// </summary>
internal sealed class LogProbe(IEngine engine, string containerId, string pattern) : IAsyncDisposable
{
    private static readonly TimeSpan s_longestMatch = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly Regex _pattern = new(pattern, RegexOptions.Multiline, s_longestMatch);
    private Task? _following;
    private volatile bool _found;

    /// <summary>Whether such a line has come by now.</summary>
    /// <exception cref="Diagnostics.CrCacheException">The log cannot be read.</exception>
    public async Task<bool> TryAsync()
    {
        if (_following is null or { IsCompleted: true } && !_found)
        {
            // It ends with the container, or with a failure; the next try reads it again.
            await (Interlocked.Exchange(ref _following, null) ?? Task.CompletedTask).ConfigureAwait(false);
            _following = engine.FollowLogAsync(containerId, line => _found = _found || _pattern.IsMatch(line), _stop.Token);
        }

        return _found;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await (_following ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
