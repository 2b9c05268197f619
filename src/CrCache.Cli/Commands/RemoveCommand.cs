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
        var all = new Option<bool>("--all") { Description = "All checkpoints of this engine." };
        var command = new Command("remove", "Remove checkpoints, and what killed processes left on the engine.") { names, all, CommonOptions.Json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) == result.GetValue(names) is { Length: > 0 })
            {
                result.AddError("Name the checkpoints to remove, or write --all: crcache remove mysql");
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(context, result.GetValue(names) ?? [], result.GetValue(all), cancellationToken)));
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
            Print(context, new RemovedLine("removed") { Container = container }, $"removed the leftover container {container}");
        }

        var failed = false;
        foreach (var checkpoint in chosen)
        {
            failed |= !await RemoveAsync(context, new CheckpointRemover(engine, store) { Patience = s_patience }, checkpoint, cancellationToken).ConfigureAwait(false);
        }

        return failed ? ExitCodes.Failure : ExitCodes.Success;
    }

    // One that is in use is reported; the others go.
    private static async Task<bool> RemoveAsync(CommandContext context, CheckpointRemover remover, InstalledCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var name = checkpoint.Name ?? KeyShape.Shorten(checkpoint.Key);
        try
        {
            await remover.RemoveAsync(checkpoint, new ItemProgress(context.Reporter, name), cancellationToken).ConfigureAwait(false);
            context.Archives.Remove(checkpoint.Key);
            Print(context, new RemovedLine("removed") { Name = checkpoint.Name, Key = checkpoint.Key }, $"removed {name} {KeyShape.Shorten(checkpoint.Key)}");
            return true;
        }
        catch (CrCacheException e)
        {
            context.Reporter.Error(name, e);
            return false;
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

        var byKey = name.Length < ShortestPrefix ? [] : Array.FindAll(stored, checkpoint => checkpoint.Key.StartsWith(name, StringComparison.Ordinal));
        return byKey.Length == 1
            ? byKey
            : throw new CrCacheException(
                ErrorCodes.NothingOfThatName,
                $"There is {(byKey.Length == 0 ? "no checkpoint" : "more than one checkpoint")} of the name or key '{name}' on this engine. There are: {Describe(stored)}.");
    }

    private static string Describe(InstalledCheckpoint[] stored) => stored.Length == 0
        ? "none"
        : string.Join(", ", stored.Select(checkpoint => $"{checkpoint.Name} {KeyShape.Shorten(checkpoint.Key)}"));

    private static void Print(CommandContext context, RemovedLine line, string text)
    {
        if (context.Json)
        {
            JsonLines.Write(line, CliJson.Default.RemovedLine);
        }
        else
        {
            Console.WriteLine(text);
        }
    }
}
