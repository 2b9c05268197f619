namespace CrCache.Tests;

/// <summary>
/// Waits for what is to come. The time is that between the looks, not the clock's: a machine that is busy with something else,
/// or slow to answer a look, makes none of it pass.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until there is something.</summary>
    /// <param name="within">How long.</param>
    /// <param name="look">What there is, or null.</param>
    /// <param name="otherwise">What is said when the time is over.</param>
    public static async Task<T> FindAsync<T>(TimeSpan within, Func<Task<T?>> look, Func<string> otherwise)
        where T : class
    {
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            if (await look() is { } found)
            {
                return found;
            }

            Assert.True(waited < within, otherwise());
            await Task.Delay(s_pause);
        }
    }

    /// <summary>As above, where a look needs no waiting.</summary>
    public static Task<T> FindAsync<T>(TimeSpan within, Func<T?> look, Func<string> otherwise)
        where T : class => FindAsync(within, () => Task.FromResult(look()), otherwise);
}
