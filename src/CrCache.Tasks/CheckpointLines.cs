using CrCache.Shared;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CrCache.Tasks;

/// <summary>What <c>crcache checkpoint</c> says, as MSBuild's messages, warnings and errors.</summary>
/// <param name="log">The task's log.</param>
/// <param name="items">The items, with the metadata <c>Name</c>, <c>Checkpoint</c> and <c>Stamp</c>.</param>
/// <param name="projectFile">The project: the place that errors point to.</param>
internal sealed class CheckpointLines(TaskLoggingHelper log, ITaskItem[] items, string projectFile)
{
    private readonly DetailRate _details = new();

    /// <summary>Says what a line says, in the way of its kind.</summary>
    public void Relay(string text)
    {
        if (ToolLine.TryParse(text) is not { } line)
        {
            log.LogMessage(MessageImportance.Low, "{0}", text);
            return;
        }

        var message = $"{line.Name}: {line.Message}";
        switch (line.Event)
        {
            case "progress":
                // For everybody, so that a long build does not look hung: a line for each thing that is waited for.
                log.LogMessage(MessageImportance.High, "CrCache: {0}", message);
                break;
            case "detail":
                log.LogMessage(_details.IsDue(line.Name) ? MessageImportance.High : MessageImportance.Low, "CrCache: {0}", message);
                break;
            case "done":
                log.LogMessage(MessageImportance.High, "CrCache: {0}", message);
                TouchUnlessCold(line);
                break;
            case "warning":
                log.LogWarning(null, line.Code, null, line.File ?? projectFile, line.Line, 0, 0, 0, "{0}", line.Message);
                break;
            case "error":
                log.Error(line.Code ?? ErrorCodes.ToolFailed, line.Message, line.File ?? projectFile, line.Line);
                break;
        }
    }

    /// <summary>Sees to it that a command which did not do its work is an error, where it has named none itself.</summary>
    public void Finish(int exitCode, string lastWords)
    {
        var missing = items.Select(item => item.GetMetadata("Checkpoint")).Where(file => !File.Exists(file)).ToList();
        if (exitCode != 0 || missing.Count > 0)
        {
            var what = exitCode != 0 ? $"ended with exit code {exitCode}" : $"did not write {string.Join(", ", missing)}";
            log.Error(ErrorCodes.ToolFailed, $"crcache {what} and gave no reason.{lastWords}", projectFile);
        }
    }

    // A checkpoint that was found, not made, may be older than its item file; MSBuild would ask for it again every time.
    // Where there was no room for one, it is to ask again.
    private void TouchUnlessCold(ToolLine line)
    {
        var item = Array.Find(items, candidate => candidate.GetMetadata("Name") == line.Name && line.Result != "cold");
        if (item?.GetMetadata("Stamp") is { } file && File.Exists(file))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        }
    }
}
