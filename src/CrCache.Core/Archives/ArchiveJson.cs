using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrCache.Archives;

/// <summary>The JSON of an archive's record. The options are those of all files of CrCache: camelCase, indented, nulls left out.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ArchiveRecord))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
