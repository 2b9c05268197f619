using System.Text.Json;
using System.Text.Json.Serialization;
using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Compatibility;
using CrCache.Leases;
using CrCache.Presets;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache;

/// <summary>The JSON of all files that CrCache reads and writes: camelCase, indented, nulls left out.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(Preset))]
[JsonSerializable(typeof(CheckpointItem))]
[JsonSerializable(typeof(CheckpointFile))]
[JsonSerializable(typeof(StoredCheckpoint))]
[JsonSerializable(typeof(ArchiveRecord))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(LeaseReport))]
[JsonSerializable(typeof(CompatibilityFile))]
internal sealed partial class CoreJson : JsonSerializerContext;
