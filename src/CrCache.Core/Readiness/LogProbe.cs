using System.Text.RegularExpressions;
using CrCache.Engines;
using CrCache.Presets;

namespace CrCache.Readiness;

/// <summary>
/// Looks for a line in a container's log. The log is followed from its start on and never read twice: some servers write megabytes
/// before they are ready.
/// </summary>
internal sealed class LogProbe(IEngine engine, string containerId, ReadyProbe probe) : IAsyncDisposable
{
    private static readonly TimeSpan s_longestMatch = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly Regex _pattern = new(probe.Log ?? "", RegexOptions.Multiline, s_longestMatch);
    private readonly int _times = probe.Times ?? 1;
    private Task? _following;
    private int _matched;
    private volatile bool _found;

    /// <summary>Whether as many such lines as it takes have come by now.</summary>
    /// <exception cref="Diagnostics.CrCacheException">The log cannot be read.</exception>
    public async Task<bool> TryAsync()
    {
        if (_following is null or { IsCompleted: true } && !_found)
        {
            // It ends with the container, or with a failure; the next try reads it again.
            await (Interlocked.Exchange(ref _following, null) ?? Task.CompletedTask).ConfigureAwait(false);
            _matched = 0;
            _following = engine.FollowLogAsync(containerId, Look, _stop.Token);
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

    // The beginning of a line may match already; it comes again, whole, and counts once.
    private void Look(string line, bool isWhole)
    {
        if (!_found && _pattern.IsMatch(line))
        {
            _found = _matched + 1 >= _times;
            _matched += isWhole ? 1 : 0;
        }
    }
}
