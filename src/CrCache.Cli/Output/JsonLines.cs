using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CrCache.Cli.Output;

/// <summary>Writes results for programs: one flat JSON object a line (docs/command-line.md).</summary>
internal static class JsonLines
{
    // Console.Out writes a line in several parts of its own accord only when it is long; items report at the same time.
    private static readonly object Lock = new();

    public static void Write<T>(T line, JsonTypeInfo<T> type)
    {
        lock (Lock)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(line, type));
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportLine))]
[JsonSerializable(typeof(CheckpointLine))]
[JsonSerializable(typeof(ContainerLine))]
[JsonSerializable(typeof(ForeignLine))]
[JsonSerializable(typeof(RemovedLine))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(KeyLine))]
[JsonSerializable(typeof(PartLine))]
[JsonSerializable(typeof(StepLine))]
[JsonSerializable(typeof(EngineLine))]
[JsonSerializable(typeof(ComponentLine))]
[JsonSerializable(typeof(MemoryLine))]
[JsonSerializable(typeof(RegistryLine))]
[JsonSerializable(typeof(ChangedLine))]
[JsonSerializable(typeof(RestoredLine))]
[JsonSerializable(typeof(ArchiveLine))]
[JsonSerializable(typeof(StoreLine))]
internal sealed partial class CliJson : JsonSerializerContext;
