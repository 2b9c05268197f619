using System.CommandLine;
using System.Globalization;
using CrCache.Checkpoints;
using CrCache.Cli.Output;
using CrCache.Leases;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache report</c>: what the last test run of a project restored, as a table.</summary>
internal static class ReportCommand
{
    private const string ReportName = "lease.json";

    private static readonly string[] s_header = ["project", "checkpoint", "build", "restored", "seconds", "cold start", "share"];

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder")
        {
            Description = "A folder below which projects were built and tested.",
            DefaultValueFactory = _ => new DirectoryInfo("."),
        };
        folder.AcceptExistingOnly();
        var command = new Command("report", "Show what the last test runs below a folder restored, how, and how fast.")
        {
            folder, CommonOptions.Json,
        };
        command.SetAction((result, cancellationToken) => CommandRunner.RunAsync(
            result, context => Task.FromResult(Run(context, result.GetRequiredValue(folder))), cancellationToken));
        return command;
    }

    private static int Run(CommandContext context, DirectoryInfo folder)
    {
        var lines = Directory.EnumerateFiles(folder.FullName, ReportName, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .SelectMany(path => (LeaseReport.Find(path)?.Leases ?? []).Select(entry => ToLine(path, entry)))
            .ToArray();
        if (context.Json)
        {
            Array.ForEach(lines, line => JsonLines.Write(line, CliJson.Default.RestoredLine));
        }
        else
        {
            Table.Write(
                s_header, [.. lines.Select(Row)], none: $"No test run below {folder.FullName} has restored a checkpoint yet.");
        }

        return ExitCodes.Success;
    }

    private static RestoredLine ToLine(string path, LeaseReportEntry entry)
    {
        var checkpoint = Path.Combine(Path.GetDirectoryName(path)!, entry.Name + ".checkpoint");
        return new RestoredLine("restored", ProjectOf(path), entry.Name, entry.Rung, entry.Seconds, entry.ColdSeconds)
        {
            Result = entry.Result,
            BuildSeconds = BuildRecord.Find(checkpoint)?.Seconds,
            Message = entry.Message,
            Note = entry.Note,
        };
    }

    private static string[] Row(RestoredLine line) =>
    [
        line.Project,
        line.Name,
        line.BuildSeconds is { } build ? $"{line.Result} in {Text.Seconds(build)} s" : line.Result,
        line.Rung switch { "memory" => "from memory", "files" => "from its files", _ => "started cold" },
        Text.Seconds(line.Seconds),
        Text.Seconds(line.ColdSeconds),
        (line.Seconds / line.ColdSeconds).ToString("0 %", CultureInfo.InvariantCulture),
    ];

    // obj/<configuration>/<framework>/crcache/lease.json
    private static string ProjectOf(string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar);
        var obj = Array.LastIndexOf(parts, "obj");
        return obj > 0 ? parts[obj - 1] : Path.GetDirectoryName(path)!;
    }
}
