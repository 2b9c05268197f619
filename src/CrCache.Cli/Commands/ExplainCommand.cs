using System.CommandLine;
using CrCache.Archives;
using CrCache.Cli.Completion;
using CrCache.Cli.Output;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Names;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache explain</c>: what an item's key is made of, and what has changed since its newest checkpoint.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>("name") { HelpName = "name", Description = "A preset.", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add(KnownNames.OfPresets);
        var item = new Option<FileInfo?>("--item") { Description = "An item file of a build, in place of a preset: obj/…/crcache/NAME.item.json." };
        var command = new Command("explain", "Show what the key of a checkpoint is made of, and what has changed since the last one was made.")
        {
            name, item, CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(name) is null == result.GetValue(item) is null)
            {
                result.AddError("Name a preset, or an item file: crcache explain mysql");
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(
                context,
                result.GetValue(item) is { } file ? CheckpointItem.Read(file.FullName) : new CheckpointItem { Name = result.GetValue(name)! },
                cancellationToken),
            live: true));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CheckpointItem item, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var spec = await new SpecResolver(engine).ResolveAsync(item, new ItemProgress(context.Reporter, item.Name), cancellationToken).ConfigureAwait(false);
        var found = await context.MakerFor(engine).FindAsync(spec, cancellationToken).ConfigureAwait(false);
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        var key = CheckpointKey.Of(spec);
        var older = found is null ? await FindOlderAsync(context, info.Id, item.Name, key, cancellationToken).ConfigureAwait(false) : null;
        var parts = ExplainedPart.Compare(ShownParts.Of(spec), older?.Parts);
        var line = new KeyLine("key", item.Name, key, found is not null)
        {
            Created = found?.Created,
            ComparedWith = older?.Key,
            Message = found is not null ? Describe(found) : Describe(context.Archives.Contains(key), older, parts),
        };

        context.Reporter.Dispose();
        if (context.Json)
        {
            JsonLines.Write(line, CliJson.Default.KeyLine);
            foreach (var part in parts)
            {
                JsonLines.Write(
                    new PartLine("part", item.Name, part.Name, part.Change) { Value = part.Value, Was = part.Change == "same" ? null : part.Was }, CliJson.Default.PartLine);
            }
        }
        else
        {
            Print(line, parts);
        }

        return ExitCodes.Success;
    }

    // The newest that was made for an item of that name: on this engine, or somewhere, with its archive in the store.
    private static async Task<Older?> FindOlderAsync(CommandContext context, string engineId, string name, string key, CancellationToken cancellationToken)
    {
        var installed = context.Store.List().Where(other => other.EngineId == engineId && other.Name == name && other.Key != key && other.Parts is not null)
            .Select(other => new Older(other.Key, other.Created, other.Parts!)).FirstOrDefault();
        var archives = await context.Archives.ListAsync(cancellationToken).ConfigureAwait(false);
        var archive = archives.Where(other => other.Entry?.Name == name && other.Key != key).MaxBy(other => other.Entry!.Created);
        return archive is not null
            && !(installed?.Created >= archive.Entry!.Created)
            && await UserArchives.ReadRecordAsync(context.Archives, archive.Key, cancellationToken).ConfigureAwait(false) is { } record
            ? new Older(record.Key, record.Created, ShownParts.Of(record.Spec))
            : installed;
    }

    private static string Describe(InstalledCheckpoint found)
    {
        var ways = new List<string>();
        if (found.Memory is { } memory)
        {
            ways.Add($"from memory in {Text.Seconds(memory.RestoreSeconds)} s");
        }

        if (found.Files is { } files)
        {
            ways.Add($"from its files in {Text.Seconds(files.RestoreSeconds)} s");
        }

        ways.Add($"cold in {Text.Seconds(found.ColdSeconds)} s");
        var why = string.Concat(new[] { found.WhyNoMemory, found.WhyNoFiles }.OfType<string>().Select(reason => $" {reason}"));
        return $"The engine has the checkpoint of this key, which starts {string.Join(", ", ways)}.{why}";
    }

    private static string Describe(bool inStore, Older? older, IReadOnlyList<ExplainedPart> parts)
    {
        var missing = inStore
            ? "The engine has no checkpoint of this key, but the store has its archive, from which the next build brings it there."
            : "The engine has no checkpoint of this key, nor has the store.";
        if (older is null)
        {
            return $"{missing} There is no other one of this name to compare it with.";
        }

        var changed = string.Join(", ", parts.Where(part => part.Change != "same").Select(part => part.Name));
        return $"{missing} Since the one of {older.Created.ToLocalTime():yyyy-MM-dd HH:mm} ({KeyShape.Shorten(older.Key)}) has changed: {changed}.";
    }

    private static void Print(KeyLine line, IReadOnlyList<ExplainedPart> parts)
    {
        Console.WriteLine($"{line.Name}: key {line.Key}");
        var width = parts.Max(part => part.Name.Length);
        foreach (var part in parts)
        {
            var mark = part.Change switch { "changed" => '*', "added" => '+', "removed" => '-', _ => ' ' };
            var was = part.Change == "changed" ? $"  (was: {part.Was})" : "";
            Console.WriteLine($"{mark} {part.Name.PadRight(width)}  {part.Value ?? part.Was}{was}");
        }

        Console.WriteLine(line.Message);
    }

    private sealed record Older(string Key, DateTimeOffset Created, IReadOnlyList<KeyPart> Parts);
}
