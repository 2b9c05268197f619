using System.Text.Json;
using System.Text.Json.Serialization;
using CrCache.Diagnostics;

namespace CrCache.Cli.Output;

/// <summary>One flat JSON object a line on standard output (docs/protocol.md).</summary>
internal sealed class JsonReporter : IReporter
{
    private readonly object _lock = new();

    public void Progress(string name, string message) => Write(new ReportLine("progress", name) { Message = message });

    public void Done(string name, bool made, double seconds, string message) => Write(
        new ReportLine("done", name) { Result = made ? "made" : "found", Seconds = Math.Round(seconds, 3), Message = message });

    public void Error(string name, CrCacheException error) => Write(
        new ReportLine("error", name) { Code = error.Code, Message = error.Message, File = error.File, Line = error.Line });

    private void Write(ReportLine line)
    {
        lock (_lock)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(line, CliJson.Default.ReportLine));
        }
    }
}

internal sealed record ReportLine(string Event, string Name)
{
    public string? Result { get; init; }

    public double? Seconds { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    public string? File { get; init; }

    public int? Line { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportLine))]
internal sealed partial class CliJson : JsonSerializerContext;
