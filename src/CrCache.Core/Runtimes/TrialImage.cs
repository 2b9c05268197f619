using CrCache.Engines;
using CrCache.Ownership;

namespace CrCache.Runtimes;

/// <summary>
/// An image of the trial program, for as long as it is needed: the runtime is asked through containers, and each needs one.
/// </summary>
internal static class TrialImage
{
    /// <summary>Does work with the id of that image, and removes it.</summary>
    public static async Task<T> UseAsync<T>(IEngine engine, Func<string, Task<T>> work, CancellationToken cancellationToken)
    {
        using var rootFileSystem = TrialProgram.ToRootFileSystem();
        var name = $"{CheckpointImageNames.TrialRepository}:{Guid.NewGuid():N}";
        var image = await engine.ImportImageAsync(rootFileSystem, name, ImageLabels.ForMoment(), cancellationToken).ConfigureAwait(false);
        try
        {
            return await work(image).ConfigureAwait(false);
        }
        finally
        {
            await engine.RemoveImageAsync(name, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
