using System.CommandLine;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Keys;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache pull</c>: takes checkpoints from a registry.</summary>
internal static class PullCommand
{
    public static Command Create()
    {
        var command = RegistryCommand.Create("pull", "Take checkpoints from a registry, into the store and to the engine.", PullAsync);
        command.Options.Add(CommonOptions.RegistryTrust);
        return command;
    }

    private static async Task<string> PullAsync(
        CommandContext context, IEngine engine, CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var registry = context.NeedRegistry();
        var key = CheckpointKey.Of(spec);
        var maker = new CheckpointProvider(engine, context.Store, context.Archives, context.Trust()) { FetchedFrom = registry };
        if (context.Archives.Contains(key))
        {
            await maker.EnsureAsync(spec, archive: null, write: false, progress, cancellationToken).ConfigureAwait(false);
            return "the store has it already";
        }

        var work = context.Store.CreateWorkDirectory();
        try
        {
            var path = Path.Combine(work, "pulled.checkpoint");
            if (await TeamRegistry.PullAsync(registry, key, path, progress, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new CrCacheException(
                    ErrorCodes.NothingOfThatName,
                    $"{registry} has no checkpoint of {spec.Name} with the key {key}. "
                    + "Put it there with `crcache push`, or let a build make it.");
            }

            // As for a build's output: an engine that has the checkpoint is not enough, the store has to have it too.
            var (stored, source) = await maker.EnsureAsync(spec, path, write: true, progress, cancellationToken).ConfigureAwait(false);
            return source == CheckpointSource.Made
                ? $"what {registry} has cannot be used here, so it was made"
                : string.Join(". ", new[] { $"pulled from {registry}", stored.WhyNoMemory }.OfType<string>());
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
