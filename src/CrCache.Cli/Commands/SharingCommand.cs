using System.CommandLine;
using System.Diagnostics;
using CrCache.Cli.Completion;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary>What <c>crcache push</c> and <c>crcache pull</c> have in common: items, a registry, and one thing to do for each item.</summary>
internal static class SharingCommand
{
    public delegate Task<string> Share(
        CommandContext context, IEngine engine, CheckpointSpec spec, IProgress<string> progress, CancellationToken cancellationToken);

    public static Command Create(string name, string description, Share share)
    {
        var names = new Argument<string[]>("name") { HelpName = "name", Description = "Presets.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(KnownNames.OfPresets);
        var items = new Option<FileInfo[]>("--item")
        {
            Description = "An item file of a build: obj/…/crcache/NAME.item.json.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(name, description) { names, items, CommonOptions.Registry, CommonOptions.Json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(names) is not { Length: > 0 } && result.GetValue(items) is not { Length: > 0 })
            {
                result.AddError($"Name at least one preset, for instance: crcache {name} mysql");
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            async context =>
            {
                var all = (result.GetValue(names) ?? []).Select(preset => (preset, new CheckpointItem { Name = preset }))
                    .Concat((result.GetValue(items) ?? []).Select(file => (CheckpointCommand.NameOf(file), CheckpointItem.Read(file.FullName)))).ToArray();
                using var engine = context.OpenEngine();
                var failed = false;
                foreach (var (item, value) in all)
                {
                    failed |= !await RunAsync(context, engine, item, value, share, cancellationToken).ConfigureAwait(false);
                }

                return failed ? ExitCodes.Failure : ExitCodes.Success;
            },
            live: true));
        return command;
    }

    /// <summary>The registry, which these commands cannot do without.</summary>
    public static Registries.RegistryReference NeedRegistry(this CommandContext context) => context.Registry() ?? throw new CrCacheException(
        ErrorCodes.NoRegistry, "No registry is named. Write --registry host/name, or set CRCACHE_REGISTRY.");

    // One item's failure is reported under its name; the others go on.
    private static async Task<bool> RunAsync(
        CommandContext context, IEngine engine, string name, CheckpointItem item, Share share, CancellationToken cancellationToken)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            var progress = new ItemProgress(context.Reporter, name);
            var spec = await new SpecResolver(engine).ResolveAsync(item, progress, cancellationToken).ConfigureAwait(false);
            var message = await share(context, engine, spec, progress, cancellationToken).ConfigureAwait(false);
            context.Reporter.Done(name, "shared", clock.Elapsed.TotalSeconds, message);
            return true;
        }
        catch (CrCacheException e)
        {
            context.Reporter.Error(name, e);
            return false;
        }
    }
}
