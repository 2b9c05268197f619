using System.CommandLine;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache pull</c>: takes checkpoints from a registry.</summary>
internal static class PullCommand
{
    public static Command Create() => SharingCommand.Create("pull", "Take checkpoints from a registry, into the store and to the engine.", ShareAsync);

    private static async Task<string> ShareAsync(
        CommandContext context, IEngine engine, CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var registry = context.NeedRegistry();
        var key = CheckpointKey.Of(spec);
        if (context.Archives.Contains(key))
        {
            return "the store has it already";
        }

        var path = Path.Combine(context.Store.CreateWorkDirectory(), "pulled.checkpoint");
        try
        {
            if (await SharedCheckpoints.PullAsync(registry, key, path, progress, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new CrCacheException(
                    ErrorCodes.NothingOfThatName, $"{registry} has no checkpoint of {spec.Name} with the key {key}. Put it there with `crcache push`, or let a build make it.");
            }

            var maker = new CheckpointMaker(engine, context.Store, context.Archives);
            await maker.EnsureAsync(spec, path, write: false, progress, cancellationToken).ConfigureAwait(false);
            return $"pulled from {registry}";
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
