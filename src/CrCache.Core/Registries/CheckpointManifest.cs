using System.Text.Json;
using CrCache.Names;

namespace CrCache.Registries;

/// <summary>The text of a checkpoint's manifest, and of the configuration that belongs to it.</summary>
internal static class CheckpointManifest
{
    /// <summary>Writes both; the same record and layer give the same bytes.</summary>
    public static (DescriptorModel Config, byte[] ConfigText, byte[] Text) Write(RegistryRecord record, DescriptorModel layer)
    {
        var rootFs = new RootFsModel("layers", [record.DiffId]);
        var configuration = new ConfigModel(
            CheckpointAnnotations.Time(record.Created), record.Architecture, record.Os, new ContainerConfigModel(), rootFs);
        var configText = JsonSerializer.SerializeToUtf8Bytes(configuration, RegistryJson.Default.ConfigModel);
        var config = new DescriptorModel(MediaTypes.Config, Digest.Of(configText), configText.Length);
        var manifest = new ManifestModel(2, MediaTypes.Manifest, config, [layer], CheckpointAnnotations.Write(record));
        return (config, configText, JsonSerializer.SerializeToUtf8Bytes(manifest, RegistryJson.Default.ManifestModel));
    }

    /// <summary>Reads a manifest; null where it is not one of a checkpoint. The configuration is not needed for that.</summary>
    public static RemoteCheckpoint? Read(byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, RegistryJson.Default.ManifestModel) switch
            {
                { Layers: [{ MediaType: var type, Digest: { } archive, Size: > 0 and var size }], Annotations: { } annotations }
                    when MediaTypes.IsLayer(type) && Digest.IsOne(archive) && CheckpointAnnotations.TryRead(annotations, out var record) =>
                    new RemoteCheckpoint(record, Digest.Of(text), archive, size),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
