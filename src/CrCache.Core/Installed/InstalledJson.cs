using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrCache.Installed;

/// <summary>
/// The JSON of the records of what an engine has. The options are those of all files of CrCache: camelCase, indented, nulls left out.
/// </summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(InstalledCheckpoint))]
internal sealed partial class InstalledJson : JsonSerializerContext;
