using System.CommandLine;
using CrCache.Checkpoints;
using CrCache.Engines;
using CrCache.Keys;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache push</c>: puts checkpoints into a registry.</summary>
internal static class PushCommand
{
    public static Command Create() =>
        RegistryCommand.Create("push", "Put checkpoints into a registry. What was not made yet is made first.", PushAsync);

    private static async Task<string> PushAsync(
        CommandContext context, IEngine engine, CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var registry = context.NeedRegistry();
        var maker = new CheckpointProvider(engine, context.Store, context.Archives, context.Trust());
        await maker.EnsureAsync(spec, archive: null, write: false, progress, cancellationToken).ConfigureAwait(false);
        var key = CheckpointKey.Of(spec);
        if (!await maker.SignAsync(key, cancellationToken).ConfigureAwait(false))
        {
            progress.Report("it was not made here, so it is not signed here");
        }

        var pushed = await TeamRegistry
            .PushAsync(registry, context.Archives, key, progress, cancellationToken).ConfigureAwait(false);
        return pushed.SentBytes == 0
            ? $"{registry} has it already"
            : $"pushed to {registry}, {StoreSize.Format(pushed.SentBytes)} sent";
    }
}
