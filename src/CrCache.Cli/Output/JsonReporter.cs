using CrCache.Diagnostics;

namespace CrCache.Cli.Output;

/// <summary>One flat JSON object a line on standard output (docs/protocol.md).</summary>
internal sealed class JsonReporter : IReporter
{
    public void Progress(string name, string message) => Write(new ReportLine("progress", name) { Message = message });

    public void Detail(string name, string message) => Write(new ReportLine("detail", name) { Message = message });

    public void Step(string name, string message)
    {
    }

    public void Done(string name, string result, double seconds, string message) => Write(
        new ReportLine("done", name) { Result = result, Seconds = Math.Round(seconds, 3), Message = message });

    public void Restored(string name, string message) => Progress(name, message);

    public void Warning(string name, CrCacheException warning) => Write(
        new ReportLine("warning", name) { Code = warning.Code, Message = warning.Message });

    public void Error(string name, CrCacheException error) => Write(
        new ReportLine("error", name) { Code = error.Code, Message = error.Message, File = error.File, Line = error.Line });

    public void Dispose()
    {
    }

    private static void Write(ReportLine line) => JsonLines.Write(line, CliJson.Default.ReportLine);
}
