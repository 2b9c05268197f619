using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CrCache.Cli.Completion;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Upkeep;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache logs</c>: what the running containers of an item have written.</summary>
internal static class LogsCommand
{
    private const int DefaultLines = 1000;

    // As docker does, but no shorter than what nobody types by mistake.
    private const int ShortestId = 4;

    public static Command Create()
    {
        var name = new Argument<string>("name") { HelpName = "name", Description = "An item's name, or a container's name or id." };
        name.CompletionSources.Add(KnownNames.OfStored);
        var tail = new Option<int>("--tail")
        {
            Description = "How many of the last lines of each container.",
            DefaultValueFactory = _ => DefaultLines,
            CustomParser = ParseTail,
        };
        var command = new Command("logs", "Show the log of the running containers of an item.") { name, tail, CommonOptions.Json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result,
            context => RunAsync(context, result.GetRequiredValue(name), result.GetValue(tail), cancellationToken),
            cancellationToken));
        return command;
    }

    private static int ParseTail(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) && lines > 0)
        {
            return lines;
        }

        result.AddError("--tail needs a number of lines, 1 or more.");
        return 0;
    }

    private static async Task<int> RunAsync(CommandContext context, string name, int tail, CancellationToken cancellationToken)
    {
        using var engine = context.OpenEngine();
        var all = await ContainerInventory.ListAsync(engine, cancellationToken).ConfigureAwait(false);
        var chosen = all.Where(container => container.Item == name || container.Name == name
            || (name.Length >= ShortestId && container.Id.StartsWith(name, StringComparison.Ordinal))).ToArray();
        if (chosen.Length == 0)
        {
            throw new CrCacheException(
                ErrorCodes.NothingOfThatName, $"No container of '{name}' runs on this engine. There run: {Describe(all)}.");
        }

        foreach (var container in chosen)
        {
            if (await FindLogAsync(engine, container.Id, tail, cancellationToken).ConfigureAwait(false) is { } log)
            {
                Print(context, container, chosen.Length > 1, log);
            }
        }

        return ExitCodes.Success;
    }

    // Null where the container has gone since it was listed: its lease has ended.
    internal static async Task<string?> FindLogAsync(IEngine engine, string id, int tail, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.GetLogAsync(id, tail, cancellationToken).ConfigureAwait(false);
        }
        catch (CrCacheException e) when (e.Code == ErrorCodes.EngineCallFailed)
        {
            if (await engine.FindContainerAsync(id, cancellationToken).ConfigureAwait(false) is null)
            {
                return null;
            }

            throw;
        }
    }

    private static string Describe(IReadOnlyList<OwnedContainer> all) =>
        all.Count == 0 ? "none" : string.Join(", ", all.Select(container => $"{container.Item} ({container.Name})"));

    private static void Print(CommandContext context, OwnedContainer container, bool several, string log)
    {
        if (!context.Json && log.Length == 0)
        {
            // What it wrote before its dump was another container's log.
            context.Reporter.Progress(container.Name, "has written nothing since it was restored");
        }

        foreach (var line in log.TrimEnd('\n').Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            context.Print(
                new LogLine("log", container.Name, container.Item, line.TrimEnd('\r')),
                CliJson.Default.LogLine,
                several ? $"{container.Name} | {line}" : line,
                asItIs: Console.IsOutputRedirected);
        }
    }
}
