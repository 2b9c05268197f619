using CrCache.Diagnostics;

namespace CrCache.Engines;

/// <summary>
/// Removal of what is not needed any more. One that fails must neither hide the error that came before it, nor keep the rest from
/// being removed: what stays carries the label of its owner, and the next command removes it.
/// </summary>
internal static class CleanUp
{
    /// <summary>Removes something.</summary>
    /// <param name="remove">The removal.</param>
    /// <param name="progress">Told what could not be removed, and why; or null.</param>
    /// <returns>False where it could not.</returns>
    public static async Task<bool> RunAsync(Func<Task> remove, IProgress<string>? progress = null)
    {
        try
        {
            await remove().ConfigureAwait(false);
            return true;
        }
        catch (CrCacheException e)
        {
            // Of an engine that is gone or hangs its client says so itself, once for all.
            (e.Code == ErrorCodes.NoEngine ? null : progress)?.Report(
                $"something that is not needed any more could not be removed: {e.Code}: {e.Message}");
            return false;
        }
    }
}
