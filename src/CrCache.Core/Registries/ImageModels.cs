using System.Text.Json.Serialization;
using CrCache.Compression;

namespace CrCache.Registries;

internal static class MediaTypes
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    private const string Layer = "application/vnd.oci.image.layer.v1.tar+";

    /// <summary>That of an archive, by its compression.</summary>
    public static string LayerOf(FileStream archive) => Layer + (CompressedFile.NameOf(archive) ?? "zstd");

    /// <summary>Whether it is that of an archive.</summary>
    public static bool IsLayer(string? type) => type is Layer + "gzip" or Layer + "zstd";
}

internal sealed record DescriptorModel(string MediaType, string Digest, long Size);

// The members' order is that of the text, and the text's digest names the image.
internal sealed record ManifestModel(
    int SchemaVersion,
    string MediaType,
    DescriptorModel Config,
    IReadOnlyList<DescriptorModel> Layers,
    SortedDictionary<string, string>? Annotations);

internal sealed record ConfigModel(string Created, string Architecture, string Os, ContainerConfigModel Config, RootFsModel Rootfs);

internal sealed record ContainerConfigModel;

internal sealed record RootFsModel(string Type, [property: JsonPropertyName("diff_ids")] IReadOnlyList<string> DiffIds);

internal sealed record TokenModel(string? Token, [property: JsonPropertyName("access_token")] string? AccessToken);

internal sealed record ErrorsModel(IReadOnlyList<ErrorModel>? Errors);

internal sealed record ErrorModel(string? Code, string? Message);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestModel))]
[JsonSerializable(typeof(ConfigModel))]
[JsonSerializable(typeof(TokenModel))]
[JsonSerializable(typeof(ErrorsModel))]
internal sealed partial class RegistryJson : JsonSerializerContext;
