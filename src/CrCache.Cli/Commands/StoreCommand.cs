using System.CommandLine;
using System.Globalization;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Names;
using CrCache.Store;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache store</c>: the archives on this machine. No engine is asked.</summary>
internal static class StoreCommand
{
    private static readonly string[] s_header = ["key", "checkpoint", "image", "size", "made", "last used", "in use"];

    public static Command Create() => new("store", "The archives of checkpoints on this machine: list, verify and remove them.")
    {
        CreateList(),
        CreateVerify(),
        StorePruneCommand.Create(),
    };

    /// <summary>What there is in all, after the lines about single archives.</summary>
    public static void PrintTotal(CommandContext context, ArchiveStore store, int archives, string heading = "")
    {
        var (size, budget) = (store.Size(), store.Budget());
        context.Print(
            new StoreLine("store", store.Root, archives, size, budget),
            CliJson.Default.StoreLine,
            $"{heading}{archives} archives, {StoreSize.Format(size)} of {StoreSize.Format(budget)}, in {store.Root}");
    }

    private static Command CreateList()
    {
        var command = new Command("list", "List the archives, the last used first.") { CommonOptions.Json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result, context => ListAsync(context, cancellationToken), cancellationToken));
        return command;
    }

    private static Command CreateVerify()
    {
        var key = new Argument<string?>("key")
        {
            HelpName = "key",
            Description = "The start of an archive's key; all archives without it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("verify", "Read the archives and put aside what is not what was added.") { key, CommonOptions.Json };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result, context => VerifyAsync(context, result.GetValue(key), cancellationToken), cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var store = context.Archives;
        var archives = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var lines = archives.Select(archive => ToLine(archive, store)).ToArray();
        if (context.Json)
        {
            Array.ForEach(lines, line => JsonLines.Write(line, CliJson.Default.ArchiveLine));
        }
        else if (lines.Length > 0)
        {
            Table.Write(s_header, [.. lines.Select(Row)]);
        }

        PrintTotal(context, store, lines.Length);
        return ExitCodes.Success;
    }

    private static async Task<int> VerifyAsync(CommandContext context, string? start, CancellationToken cancellationToken)
    {
        var store = context.Archives;
        var findings = await store.VerifyAsync(start, cancellationToken).ConfigureAwait(false);
        foreach (var finding in findings.Where(finding => !finding.IsBroken))
        {
            context.Reporter.Progress(KeyShape.Shorten(finding.Key), finding.Message);
        }

        var broken = findings.Where(finding => finding.IsBroken).ToArray();
        foreach (var finding in broken)
        {
            context.Reporter.Error(finding.Key, new CrCacheException(ErrorCodes.ArchiveBroken, $"{finding.Key} {finding.Message}."));
        }

        var left = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        var keys = findings.Select(finding => finding.Key).Concat(left.Select(archive => archive.Key));
        if (start is not null && !keys.Any(key => key.StartsWith(start, StringComparison.Ordinal)))
        {
            throw new CrCacheException(
                ErrorCodes.NothingOfThatName,
                $"The store {store.Root} has no archive whose key begins with '{start}'. `crcache store list` shows what there is.");
        }

        PrintTotal(context, store, left.Count);
        return broken.Length == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static ArchiveLine ToLine(StoredArchive archive, ArchiveStore store) =>
        new("archive", archive.Key, archive.Size, archive.Digest, archive.LastUsed, archive.Uses, store.IsInUse(archive.Key))
        {
            Name = archive.Entry?.Name,
            Image = archive.Entry?.Image,
            DiffId = archive.Entry?.DiffId,
            Created = archive.Entry?.Created,
        };

    private static string[] Row(ArchiveLine line) =>
    [
        KeyShape.Shorten(line.Key),
        line.Name ?? "?",
        line.Image ?? "?",
        StoreSize.Format(line.Size),
        line.Created is { } created ? Time(created) : "?",
        Time(line.LastUsed),
        line.InUse ? "yes" : "",
    ];

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
