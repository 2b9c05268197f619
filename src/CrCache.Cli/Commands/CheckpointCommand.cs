using System.CommandLine;
using CrCache.Cli.Completion;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache checkpoint</c>: makes checkpoints, or finds them made.</summary>
internal static class CheckpointCommand
{
    private const string ItemSuffix = ".item.json";

    public static Command Create()
    {
        var names = new Argument<string[]>("name") { HelpName = "name", Description = "Presets to make checkpoints of.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(KnownNames.OfPresets);
        var items = new Option<FileInfo[]>("--item")
        {
            Description = "An item file of a build (docs/protocol.md); writes NAME.checkpoint beside it.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("checkpoint", "Make checkpoints of started containers, or find them already made.") { names, items, CommonOptions.Registry, CommonOptions.RegistryMode, CommonOptions.Json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(names) is not { Length: > 0 } && result.GetValue(items) is not { Length: > 0 })
            {
                result.AddError("Name at least one preset, for instance: crcache checkpoint mysql");
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(context, result.GetValue(names) ?? [], result.GetValue(items) ?? [], cancellationToken),
            live: true));
        return command;
    }

    /// <summary>The item's name by its file's, which is known even where the file cannot be read.</summary>
    public static string NameOf(FileInfo item) =>
        item.Name.EndsWith(ItemSuffix, StringComparison.Ordinal) ? item.Name[..^ItemSuffix.Length] : item.Name;

    private static async Task<int> RunAsync(CommandContext context, string[] names, FileInfo[] items, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var work = new CheckpointWork(engine, context.MakerFor(engine), context.Reporter);
        var sweep = CommandRunner.SweepAsync(engine, cancellationToken);
        var results = await Task.WhenAll(
            names.Select(name => EnsureAsync(work, context.Reporter, name, () => new CheckpointItem { Name = name }, null, cancellationToken))
                .Concat(items.Select(item => EnsureAsync(
                    work, context.Reporter, NameOf(item), () => CheckpointItem.Read(item.FullName), OutputOf(item), cancellationToken)))).ConfigureAwait(false);
        await sweep.ConfigureAwait(false);
        return results.All(success => success) ? ExitCodes.Success : ExitCodes.Failure;
    }

    // One item's failure is reported under its name; the others go on.
    private static async Task<bool> EnsureAsync(
        CheckpointWork work, IReporter reporter, string name, Func<CheckpointItem> read, string? output, CancellationToken cancellationToken)
    {
        try
        {
            await work.EnsureAsync(read(), output, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (CrCacheException e)
        {
            reporter.Error(name, e);
            return false;
        }
    }

    private static string OutputOf(FileInfo item) => Path.Combine(item.DirectoryName!, NameOf(item) + ".checkpoint");
}
