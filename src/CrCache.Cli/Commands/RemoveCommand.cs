using System.CommandLine;
using CrCache.Cli.Completion;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Names;
using CrCache.Shared;
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
        var foreign = new Option<bool>("--foreign")
        {
            Description = "What the engine has and no record of this store names: of lost stores, and of other users. They have to get it "
                + "there again from their archives; what a container is of stays.",
            Arity = ArgumentArity.Zero,
        };
        var olderThan = new Option<string?>("--older-than")
        {
            Description = "Of these only what was not used for so long, and of foreign ones what has been there for so long: 30m, 12h, 7d.",
            HelpName = "age",
        };
        var command = new Command("remove", "Remove checkpoints, and what killed processes left on the engine.")
        {
            names, all, foreign, olderThan, CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            var isNamed = result.GetResult(names) is { Tokens.Count: > 0 };
            if (result.GetValue(all) ? isNamed : !isNamed && !result.GetValue(foreign))
            {
                result.AddError("Name the checkpoints to remove, or write --all or --foreign: crcache remove mysql");
            }

            if (result.GetValue(olderThan) is { } age && Age.Parse(age) is null)
            {
                result.AddError($"--older-than is '{age}'. Write {Age.Shape}.");
            }
        });
        command.SetAction((result, cancellationToken) =>
        {
            var wanted = new Wanted(
                result.GetValue(names) ?? [],
                result.GetValue(all),
                result.GetValue(foreign),
                result.GetValue(olderThan) is { } age ? Age.Parse(age) : null);
            return CommandRunner.RunAsync(result, context => RunAsync(context, wanted, cancellationToken), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, Wanted wanted, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var store = context.Store;
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        var stored = store.List().Where(checkpoint => checkpoint.EngineId == info.Id).ToArray();

        // All names are looked up first: a typo must not leave half of the work done.
        var chosen = wanted.All ? stored : wanted.Names.SelectMany(name => Find(stored, name)).Distinct().ToArray();
        chosen = await OfThatAgeAsync(context, chosen, wanted.OlderThan, cancellationToken).ConfigureAwait(false);
        foreach (var container in await LeftoverSweeper.SweepAsync(engine, cancellationToken).ConfigureAwait(false))
        {
            context.Print(
                new RemovedLine("removed") { Container = container },
                CliJson.Default.RemovedLine,
                $"removed the leftover container {container}");
        }

        await VolumeSweeper.SweepAsync(engine, cancellationToken).ConfigureAwait(false);

        // One that is in use is reported; the others go.
        var remover = new CheckpointRemover(engine, store) { Patience = s_patience };
        var failed = false;
        foreach (var checkpoint in chosen)
        {
            var name = checkpoint.Name ?? KeyShape.Shorten(checkpoint.Key);
            failed |= !await CommandRunner
                .TryAsync(context.Reporter, name, () => RemoveAsync(name, checkpoint), cancellationToken).ConfigureAwait(false);
        }

        if (wanted.Foreign)
        {
            failed |= !await ForeignRemoval.RunAsync(context, engine, wanted.OlderThan, cancellationToken).ConfigureAwait(false);
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

    // By the time of their last use, or where the store does not know that, of their making.
    private static async Task<InstalledCheckpoint[]> OfThatAgeAsync(
        CommandContext context, InstalledCheckpoint[] chosen, TimeSpan? olderThan, CancellationToken cancellationToken)
    {
        if (olderThan is not { } age)
        {
            return chosen;
        }

        var archives = await context.Archives.ListAsync(cancellationToken).ConfigureAwait(false);
        var used = archives.ToDictionary(archive => archive.Key, archive => archive.LastUsed);
        return Array.FindAll(
            chosen, checkpoint => DateTimeOffset.UtcNow - used.GetValueOrDefault(checkpoint.Key, checkpoint.Created) >= age);
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

    private sealed record Wanted(string[] Names, bool All, bool Foreign, TimeSpan? OlderThan);

    private static string Describe(InstalledCheckpoint[] stored) => stored.Length == 0
        ? "none"
        : string.Join(", ", stored.Select(checkpoint => $"{checkpoint.Name} {KeyShape.Shorten(checkpoint.Key)}"));
}
