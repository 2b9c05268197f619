using System.CommandLine;
using CrCache.Checkpoints;
using CrCache.Cli.Output;
using CrCache.Keys;
using CrCache.Names;
using CrCache.Shared;
using CrCache.Specs;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache explain</c>: what an item's key is made of, and what has changed since its newest checkpoint.</summary>
internal static class ExplainCommand
{
    private const string Same = "same";

    public static Command Create()
    {
        var command = new Command("explain", "Show what a checkpoint's key is made of, and what has changed since the last one was made.")
        {
            CommonOptions.Json,
        };
        var items = new ItemArguments(command, "A preset.", "An item file of a build, in place of a preset: obj/…/crcache/NAME.item.json.")
        {
            IsOne = true,
        };
        command.SetAction((result, cancellationToken) => items.UseAsync(result, named => CommandRunner.RunAsync(
            result, context => RunAsync(context, named[0].Read(), cancellationToken), cancellationToken, live: true)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CheckpointItem item, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var progress = new ItemProgress(context.Reporter, item.Name);
        var spec = await new SpecResolver(engine).ResolveAsync(item, progress, cancellationToken).ConfigureAwait(false);
        var found = await context.MakerFor(engine).FindAsync(spec, cancellationToken).ConfigureAwait(false);
        var key = CheckpointKey.Of(spec);
        var older = found is null
            ? await OlderCheckpoint.FindAsync(context, engine, spec, cancellationToken).ConfigureAwait(false)
            : null;
        var parts = ExplainedPart.Compare(ShownParts.Of(spec), older?.Parts);
        var line = new KeyLine("key", item.Name, key, found is not null)
        {
            Created = found?.Created,
            ComparedWith = older?.Key,
            Message = found is not null
                ? KeyMessages.Found(found)
                : KeyMessages.Missing(context.Archives.Contains(key), older, parts.Where(part => part.Change != Same)),
        };

        context.Reporter.Dispose();
        context.Print(line, CliJson.Default.KeyLine, $"{line.Name}: key {line.Key}");
        var width = parts.Max(part => part.Name.Length);
        foreach (var part in parts)
        {
            context.Print(ToLine(item.Name, part), CliJson.Default.PartLine, Row(part, width));
        }

        var steps = await ExplainedStep.OfAsync(spec, engine, context.Store, context.Archives, cancellationToken).ConfigureAwait(false);
        foreach (var step in steps)
        {
            context.Print(ToLine(item.Name, step), CliJson.Default.StepLine, Row(step));
        }

        if (!context.Json)
        {
            Console.WriteLine(ShownText.Of(line.Message));
        }

        return ExitCodes.Success;
    }

    private static StepLine ToLine(string item, ExplainedStep step) => new("step", item, step.Key, step.State) { Files = step.Files };

    private static string Row(ExplainedStep step)
    {
        var where = step.State switch { "engine" => "on the engine", "store" => "in the store", _ => "to be made" };
        return $"step {KeyShape.Shorten(step.Key)}  {where,-13}  {step.Files ?? "the server is ready"}";
    }

    private static PartLine ToLine(string item, ExplainedPart part) => new("part", item, part.Name, part.Change)
    {
        Value = part.Value,
        Was = part.Change == Same ? null : part.Was,
    };

    private static string Row(ExplainedPart part, int width)
    {
        var mark = part.Change switch { "changed" => '*', "added" => '+', "removed" => '-', _ => ' ' };
        var was = part.Change == "changed" ? $"  (was: {part.Was})" : "";
        return $"{mark} {part.Name.PadRight(width)}  {part.Value ?? part.Was}{was}";
    }
}
