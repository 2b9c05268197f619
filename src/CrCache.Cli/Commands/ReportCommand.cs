using System.CommandLine;
using System.Globalization;
using CrCache.Checkpoints;
using CrCache.Leases;

namespace CrCache.Cli.Commands;

/// <summary><c>crcache report</c>: what the last test run of a project restored, as a table.</summary>
internal static class ReportCommand
{
    private const string ReportName = "lease.json";

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("folder")
        {
            Description = "A folder below which projects were built and tested.",
            DefaultValueFactory = _ => new DirectoryInfo("."),
        };
        var command = new Command("report", "Show what the last test runs below a folder restored, how, and how fast.") { folder };
        command.SetAction(result => Run(result.GetRequiredValue(folder)));
        return command;
    }

    private static int Run(DirectoryInfo folder)
    {
        string[] header = ["project", "checkpoint", "build", "restored", "seconds", "cold start", "share"];
        var rows = new List<string[]> { header };
        foreach (var path in Directory.EnumerateFiles(folder.FullName, ReportName, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            rows.AddRange((LeaseReport.Find(path)?.Leases ?? []).Select(entry => Row(ProjectOf(path), path, entry)));
        }

        if (rows.Count == 1)
        {
            Console.WriteLine($"No test run below {folder.FullName} has restored a checkpoint yet.");
            return ExitCodes.Success;
        }

        var widths = Enumerable.Range(0, header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return ExitCodes.Success;
    }

    private static string[] Row(string project, string path, LeaseReportEntry entry) =>
    [
        project,
        entry.Name,
        Build(Path.Combine(Path.GetDirectoryName(path)!, entry.Name + ".checkpoint"), entry),
        entry.Rung == "memory" ? "from memory" : "started cold",
        entry.Seconds.ToString("0.00", CultureInfo.InvariantCulture),
        entry.ColdSeconds.ToString("0.00", CultureInfo.InvariantCulture),
        (entry.Seconds / entry.ColdSeconds).ToString("0 %", CultureInfo.InvariantCulture),
    ];

    private static string Build(string checkpoint, LeaseReportEntry entry) =>
        File.Exists(checkpoint)
            ? string.Create(CultureInfo.InvariantCulture, $"{entry.Result} in {CheckpointFile.Read(checkpoint).Seconds:0.00} s")
            : entry.Result;

    // obj/<configuration>/<framework>/crcache/lease.json
    private static string ProjectOf(string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar);
        var obj = Array.LastIndexOf(parts, "obj");
        return obj > 0 ? parts[obj - 1] : Path.GetDirectoryName(path)!;
    }
}
