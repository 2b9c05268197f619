using System.CommandLine;
using System.Diagnostics;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Registries;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary>
/// What <c>crcache push</c> and <c>crcache pull</c> have in common: items, a registry, and one thing to do for each item.
/// </summary>
internal static class RegistryCommand
{
    /// <summary>What is done for one item; gives a line for people.</summary>
    public delegate Task<string> Transfer(
        CommandContext context, IEngine engine, CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken);

    public static Command Create(string name, string description, Transfer transfer)
    {
        var command = new Command(name, description) { CommonOptions.Registry, CommonOptions.Json };
        var items = new ItemArguments(command, "Presets.", "An item file of a build: obj/…/crcache/NAME.item.json.");
        command.SetAction((result, cancellationToken) => items.UseAsync(result, named => CommandRunner.RunAsync(
            result, context => RunAsync(context, named, transfer, cancellationToken), cancellationToken, live: true)));
        return command;
    }

    /// <summary>The registry, which these commands cannot do without.</summary>
    public static RegistryReference NeedRegistry(this CommandContext context) => context.Registry() ?? throw new CrCacheException(
        ErrorCodes.NoRegistry, "No registry is named. Write --registry host/name, or set CRCACHE_REGISTRY.");

    private static async Task<int> RunAsync(
        CommandContext context, IReadOnlyList<ItemSource> items, Transfer transfer, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var failed = false;
        foreach (var item in items)
        {
            failed |= !await CommandRunner
                .TryAsync(context.Reporter, item.Name, () => TransferAsync(item), cancellationToken).ConfigureAwait(false);
        }

        return failed ? ExitCodes.Failure : ExitCodes.Success;

        async Task TransferAsync(ItemSource item)
        {
            var clock = Stopwatch.StartNew();
            var progress = new ItemProgress(context.Reporter, item.Name);
            var spec = await new SpecResolver(engine).ResolveAsync(item.Read(), progress, cancellationToken).ConfigureAwait(false);
            var message = await transfer(context, engine, spec, progress, cancellationToken).ConfigureAwait(false);
            context.Reporter.Done(item.Name, "shared", clock.Elapsed.TotalSeconds, message);
        }
    }
}
