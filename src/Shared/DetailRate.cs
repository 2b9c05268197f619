namespace CrCache.Shared;

/// <summary>Thins out what is said each second of a pull, for a log that keeps every line.</summary>
internal sealed class DetailRate
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, DateTime> _last = [];

    /// <summary>Whether it is time for another line of an item.</summary>
    public bool IsDue(string name)
    {
        lock (_last)
        {
            var now = DateTime.UtcNow;
            var isDue = !_last.TryGetValue(name, out var last) || now - last >= s_pause || now < last;
            if (isDue)
            {
                _last[name] = now;
            }

            return isDue;
        }
    }
}
