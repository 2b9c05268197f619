using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrCache.Leases;

/// <summary>
/// The JSON of the report of a lease. The options are those of all files of CrCache: camelCase, indented, nulls left out.
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
[JsonSerializable(typeof(LeaseReport))]
internal sealed partial class LeaseJson : JsonSerializerContext;
