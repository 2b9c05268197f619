using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CrCache.Cli.Output;
using CrCache.Names;
using CrCache.Store;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache store prune</c>: removes archives that nobody uses.</summary>
internal static class StorePruneCommand
{
    public static Command Create()
    {
        var size = new Option<long?>("--size")
        {
            Description = "Keep this much, the last used: 2GB. Without it, what the store may hold.",
            HelpName = "size",
            CustomParser = result => Parse(result, StoreSize.Parse, StoreSize.Shape),
        };
        var olderThan = new Option<TimeSpan?>("--older-than")
        {
            Description = "Remove what was not used for so long: 30d, 12h.",
            HelpName = "time",
            CustomParser = result => Parse(result, ParseTime, "a number with d, h or m, such as 30d"),
        };
        var all = new Option<bool>("--all") { Description = "Remove all that is not in use.", Arity = ArgumentArity.Zero };
        var command = new Command("prune", "Remove archives that are not in use, the least recently used first.")
        {
            size, olderThan, all, CommonOptions.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && (result.GetResult(size) is not null || result.GetResult(olderThan) is not null))
            {
                result.AddError("--all leaves nothing for --size and --older-than to say.");
            }
        });
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(
                context, result.GetValue(olderThan), result.GetValue(all) ? 0 : result.GetValue(size), cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, TimeSpan? unusedFor, long? size, CancellationToken cancellationToken)
    {
        var store = context.Archives;
        foreach (var archive in await store.PruneAsync(unusedFor, size, cancellationToken).ConfigureAwait(false))
        {
            context.Print(
                new RemovedLine("removed") { Name = archive.Entry?.Name, Key = archive.Key, Size = archive.Size },
                CliJson.Default.RemovedLine,
                $"removed {archive.Entry?.Name ?? "?"} {KeyShape.Shorten(archive.Key)}, {StoreSize.Format(archive.Size)}");
        }

        StoreCommand.PrintTotal(context, store, (await store.ListAsync(cancellationToken).ConfigureAwait(false)).Count);
        return ExitCodes.Success;
    }

    private static T? Parse<T>(ArgumentResult result, Func<string, T?> parse, string shape)
        where T : struct
    {
        var text = result.Tokens.Single().Value;
        if (parse(text) is { } value)
        {
            return value;
        }

        result.AddError($"'{text}' cannot be used for {((OptionResult)result.Parent!).Option.Name}. Write {shape}.");
        return null;
    }

    private static TimeSpan? ParseTime(string text) =>
        text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? text[^1] switch
            {
                'd' => TimeSpan.FromDays(Math.Min(number, 36500)),
                'h' => TimeSpan.FromHours(Math.Min(number, 876000)),
                'm' => TimeSpan.FromMinutes((long)number),
                _ => null,
            }
            : null;
}
