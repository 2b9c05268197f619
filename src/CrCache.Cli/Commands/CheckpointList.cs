using System.Globalization;
using CrCache.Cli.Output;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Names;

namespace CrCache.Cli.Commands;

/// <summary>The part of <c>crcache list</c> about checkpoints: what this user's engines have, and in which state.</summary>
internal static class CheckpointList
{
    private const int LongestEngineId = 12;

    private static readonly string[] s_header = ["checkpoint", "key", "image", "engine", "made", "cold start", "restored", "state"];

    public static async Task PrintAsync(CommandContext context, IEngine engine, CancellationToken cancellationToken)
    {
        var info = await engine.GetInfoAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<string[]>();
        foreach (var checkpoint in context.Store.List())
        {
            var state = await StateAsync(engine, info, checkpoint, cancellationToken).ConfigureAwait(false);
            if (context.Json)
            {
                JsonLines.Write(ToLine(checkpoint, state), CliJson.Default.CheckpointLine);
            }
            else
            {
                rows.Add(Row(checkpoint, checkpoint.EngineId == info.Id, state));
            }
        }

        if (!context.Json)
        {
            Table.Write(s_header, rows, none: "No checkpoints.");
        }
    }

    // step (others are made on top of it), memory, files (no dump), cold (neither),
    // gone (somebody removed an image of it), elsewhere (another engine has it).
    private static async Task<string> StateAsync(
        IEngine engine, EngineInfo info, InstalledCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint.EngineId != info.Id)
        {
            return "elsewhere";
        }

        if (!await checkpoint.IsWholeAsync(engine, cancellationToken).ConfigureAwait(false))
        {
            return "gone";
        }

        return checkpoint.IsStep ? "step"
            : checkpoint.Memory is not null ? "memory"
            : checkpoint.Files is not null ? "files"
            : "cold";
    }

    private static CheckpointLine ToLine(InstalledCheckpoint checkpoint, string state) =>
        new("checkpoint", checkpoint.Key, checkpoint.EngineId, state, checkpoint.Created, Math.Round(checkpoint.ColdSeconds, 3))
        {
            Name = checkpoint.Name,
            Preset = checkpoint.Preset,
            Image = checkpoint.Image,
            RestoreSeconds = RestoreSeconds(checkpoint) is { } seconds ? Math.Round(seconds, 3) : null,
            FilesSeconds = checkpoint.Files is { } files ? Math.Round(files.RestoreSeconds, 3) : null,
            WhyNoMemory = checkpoint.WhyNoMemory,
            WhyNoFiles = checkpoint.WhyNoFiles,
        };

    private static string[] Row(InstalledCheckpoint checkpoint, bool isHere, string state) =>
    [
        checkpoint.Name ?? "?",
        KeyShape.Shorten(checkpoint.Key),
        checkpoint.Image ?? "?",
        isHere ? "this" : checkpoint.EngineId[..Math.Min(LongestEngineId, checkpoint.EngineId.Length)],
        checkpoint.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        Text.Seconds(checkpoint.ColdSeconds),
        (RestoreSeconds(checkpoint) ?? checkpoint.Files?.RestoreSeconds) is { } seconds ? Text.Seconds(seconds) : "-",
        state,
    ];

    // A step was never tried.
    private static double? RestoreSeconds(InstalledCheckpoint checkpoint) =>
        checkpoint.IsStep ? null : checkpoint.Memory?.RestoreSeconds;
}
