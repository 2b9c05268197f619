using System.CommandLine;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache checkpoint</c>: makes checkpoints, or finds them made.</summary>
internal static class CheckpointCommand
{
    public static Command Create()
    {
        var command = new Command("checkpoint", "Make checkpoints of started containers, or find them already made.")
        {
            CommonOptions.Registry, CommonOptions.RegistryMode, CommonOptions.RegistryTrust, CommonOptions.Json,
        };
        var items = new ItemArguments(
            command,
            "Presets to make checkpoints of.",
            "An item file of a build (docs/protocol.md); writes NAME.checkpoint beside it.");
        command.SetAction((result, cancellationToken) => items.UseAsync(result, named => CommandRunner.RunAsync(
            result, context => RunAsync(context, named, cancellationToken), cancellationToken, live: true)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, IReadOnlyList<ItemSource> items, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var work = new CheckpointWork(engine, context.MakerFor(engine), context.Reporter);
        var sweep = CommandRunner.SweepLeftoversAsync(engine, context.Reporter, cancellationToken);
        var results = await Task.WhenAll(items.Select(item => CommandRunner.TryAsync(
            context.Reporter,
            item.Name,
            () => work.EnsureAsync(item.Read(), item.Output, cancellationToken),
            cancellationToken))).ConfigureAwait(false);
        await sweep.ConfigureAwait(false);

        // Not meanwhile: it keeps the engine busy, and each rung is timed.
        await CommandRunner.SweepOrphansAsync(engine, context.Store, context.Reporter, cancellationToken).ConfigureAwait(false);
        return results.All(success => success) ? ExitCodes.Success : ExitCodes.Failure;
    }
}
