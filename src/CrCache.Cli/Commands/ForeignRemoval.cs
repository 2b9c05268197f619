using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary>The part of <c>crcache remove</c> about what the engine has and no record of this store names.</summary>
internal static class ForeignRemoval
{
    /// <summary>Removes what is there for so long, but for what a container is of.</summary>
    /// <returns>False where something has stayed that was to go.</returns>
    public static async Task<bool> RunAsync(
        CommandContext context, IEngine engine, TimeSpan? olderThan, CancellationToken cancellationToken)
    {
        var sweeper = new OrphanSweeper(engine, context.Store);
        var parts = await sweeper.ListAsync(cancellationToken).ConfigureAwait(false);
        var now = (await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false)).Time;
        var all = true;
        foreach (var part in parts.Where(part => olderThan is not { } age || now - part.Created >= age))
        {
            var what = part.IsDump ? $"the dump {part.Name}" : $"the image {part.Name}";
            if (!await sweeper.TryRemoveAsync(part, cancellationToken).ConfigureAwait(false))
            {
                context.Reporter.Error(
                    CommandRunner.Self,
                    new CrCacheException(
                        ErrorCodes.CheckpointInUse, $"Not removed: {what}: a container is of it, or the engine does not do it."));
                all = false;
                continue;
            }

            var line = new RemovedLine("removed")
            {
                Image = part.IsDump ? null : part.Name,
                Dump = part.IsDump ? part.Name : null,
                Size = part.Bytes,
            };
            context.Print(line, CliJson.Default.RemovedLine, $"removed {what}");
        }

        return all;
    }
}
