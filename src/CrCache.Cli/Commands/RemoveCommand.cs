using System.CommandLine;
using CrCache.Cli.Completion;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Names;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache remove</c>: removes checkpoints from the engine and the store, and what killed processes left.</summary>
internal static class RemoveCommand
{
    // Shorter ones are rather names with a typo.
    private const int ShortestPrefix = 6;

    // What a lease whose test run has just ended needs to remove its containers, on a busy machine.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var names = new Argument<string[]>("name")
        {
            HelpName = "name",
            Description = "Checkpoints: the name of their item, preset or image, or the start of a key.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        names.CompletionSources.Add(KnownNames.OfStored);
        var all = new Option<bool>("--all") { Description = "All checkpoints of this engine.", Arity = ArgumentArity.Zero };
        var command = new Command("remove", "Remove checkpoints, and what killed processes left on the engine.")
        {
            names, all, CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetResult(names) is { Tokens.Count: > 0 })
            {
                result.AddError("Name the checkpoints to remove, or write --all: crcache remove mysql");
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(context, result.GetValue(names) ?? [], result.GetValue(all), cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string[] names, bool all, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var store = context.Store;
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        var stored = store.List().Where(checkpoint => checkpoint.EngineId == info.Id).ToArray();

        // All names are looked up first: a typo must not leave half of the work done.
        var chosen = all ? stored : names.SelectMany(name => Find(stored, name)).Distinct().ToArray();
        foreach (var container in await LeftoverSweeper.SweepAsync(engine, cancellationToken).ConfigureAwait(false))
        {
            context.Print(
                new RemovedLine("removed") { Container = container },
                CliJson.Default.RemovedLine,
                $"removed the leftover container {container}");
        }

        // One that is in use is reported; the others go.
        var remover = new CheckpointRemover(engine, store) { Patience = s_patience };
        var failed = false;
        foreach (var checkpoint in chosen)
        {
            var name = checkpoint.Name ?? KeyShape.Shorten(checkpoint.Key);
            failed |= !await CommandRunner
                .TryAsync(context.Reporter, name, () => RemoveAsync(name, checkpoint), cancellationToken).ConfigureAwait(false);
        }

        return failed ? ExitCodes.Failure : ExitCodes.Success;

        async Task RemoveAsync(string name, InstalledCheckpoint checkpoint)
        {
            await remover.RemoveAsync(checkpoint, new ItemProgress(context.Reporter, name), cancellationToken).ConfigureAwait(false);
            await context.Archives.RemoveAsync(checkpoint.Key, cancellationToken).ConfigureAwait(false);
            context.Print(
                new RemovedLine("removed") { Name = checkpoint.Name, Key = checkpoint.Key },
                CliJson.Default.RemovedLine,
                $"removed {name} {KeyShape.Shorten(checkpoint.Key)}");
        }
    }

    internal static InstalledCheckpoint[] Find(InstalledCheckpoint[] stored, string name)
    {
        var named = Array.FindAll(stored, checkpoint => name == checkpoint.Name || name == checkpoint.Preset || name == checkpoint.Image
            || (checkpoint.Image is { } image && name == ImageReference.Parse(image).Name));
        if (named.Length > 0)
        {
            return named;
        }

        var byKey = name.Length < ShortestPrefix
            ? []
            : Array.FindAll(stored, checkpoint => checkpoint.Key.StartsWith(name, StringComparison.Ordinal));
        return byKey.Length == 1
            ? byKey
            : throw new CrCacheException(
                ErrorCodes.NothingOfThatName,
                $"There is {(byKey.Length == 0 ? "no checkpoint" : "more than one checkpoint")} of the name or key '{name}' "
                + $"on this engine. There are: {Describe(stored)}.");
    }

    private static string Describe(InstalledCheckpoint[] stored) => stored.Length == 0
        ? "none"
        : string.Join(", ", stored.Select(checkpoint => $"{checkpoint.Name} {KeyShape.Shorten(checkpoint.Key)}"));
}
