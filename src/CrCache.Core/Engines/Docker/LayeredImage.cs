using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Names;
using CrCache.Tar;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

/// <summary>An image to be loaded: one that the engine has, with layers on top. Equal layers give the same image.</summary>
internal sealed class LayeredImage
{
    private const string Blobs = "blobs/sha256/";
    private readonly byte[] _config;
    private readonly string _name;
    private readonly IReadOnlyList<string> _baseLayers;
    private readonly IReadOnlyList<(string File, LayerBlob Blob)> _layers;

    private LayeredImage(
        byte[] config, string name, IReadOnlyList<string> baseLayers, IReadOnlyList<(string File, LayerBlob Blob)> layers) =>
        (_config, _name, _baseLayers, _layers) = (config, name, baseLayers, layers);

    /// <summary>Hashes the layers.</summary>
    /// <param name="image">What the engine says of the image below.</param>
    /// <param name="layers">The uncompressed layers, the lowest first.</param>
    /// <param name="name">The new image's name and tag.</param>
    /// <param name="labels">Labels to add to the image's own.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<LayeredImage> CreateAsync(
        ImageInspectResponse image,
        IReadOnlyList<string> layers,
        string name,
        IReadOnlyDictionary<string, string> labels,
        CancellationToken cancellationToken)
    {
        var hashed = new List<(string File, LayerBlob Blob)>();
        foreach (var file in layers)
        {
            var stream = File.OpenRead(file);
            await using (stream.ConfigureAwait(false))
            {
                var digest = await Digest.OfAsync(stream, cancellationToken).ConfigureAwait(false);
                hashed.Add((file, new LayerBlob(digest, stream.Length, LayerBlob.Plain)));
            }
        }

        var baseLayers = image.RootFS?.Layers?.AsReadOnly()
            ?? throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine does not say what the image below {name} is made of.");
        var config = Config(image, baseLayers.Concat(hashed.Select(layer => layer.Blob.Digest)), labels);
        return new LayeredImage(config, name, baseLayers, hashed);
    }

    /// <summary>Its own layers.</summary>
    public IEnumerable<LayerBlob> OwnLayers => _layers.Select(layer => layer.Blob);

    /// <summary>Writes it in the form of <c>docker save</c>, without the layers of the image below.</summary>
    public async Task WriteAsync(Stream tar, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(tar);
        await WriteLayersAsync(writer, cancellationToken).ConfigureAwait(false);
        var config = BlobOf(Digest.Of(_config));
        await WriteAsync(writer, config, _config, cancellationToken).ConfigureAwait(false);
        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = config,
            ["RepoTags"] = new JsonArray(_name),
            ["Layers"] = Array(_baseLayers.Concat(OwnLayers.Select(layer => layer.Digest)).Select(BlobOf)),
        });
        await WriteAsync(writer, "manifest.json", Bytes(manifest), cancellationToken).ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes it as an OCI image layout, without the layers of the image below: containerd looks for them in its store by the
    /// digests that the manifest names.
    /// </summary>
    /// <param name="below">The layers of the image below, as the engine has them.</param>
    /// <param name="tar">Where it goes.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task WriteLayoutAsync(IReadOnlyList<LayerBlob> below, Stream tar, CancellationToken cancellationToken)
    {
        const string Manifest = "application/vnd.oci.image.manifest.v1+json";
        const string Configuration = "application/vnd.oci.image.config.v1+json";
        var writer = new TarWriter(tar);
        await WriteAsync(writer, "oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await WriteLayersAsync(writer, cancellationToken).ConfigureAwait(false);
        var config = await WriteBlobAsync(writer, _config, Configuration, cancellationToken).ConfigureAwait(false);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["config"] = config,
            ["layers"] = new JsonArray(
                below.Concat(OwnLayers).Select(layer => (JsonNode)Descriptor(layer.MediaType, layer.Digest, layer.Size)).ToArray()),
        };
        var entry = await WriteBlobAsync(writer, Bytes(manifest), Manifest, cancellationToken).ConfigureAwait(false);

        // containerd wants the whole name.
        entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = "docker.io/" + _name };
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) };
        await WriteAsync(writer, "index.json", Bytes(index), cancellationToken).ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteLayersAsync(TarWriter writer, CancellationToken cancellationToken)
    {
        foreach (var (file, blob) in _layers)
        {
            var stream = File.OpenRead(file);
            await using (stream.ConfigureAwait(false))
            {
                var member = new TarMember { Name = BlobOf(blob.Digest), Type = TarType.File, Size = blob.Size };
                await writer.WriteAsync(member, stream, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<JsonObject> WriteBlobAsync(
        TarWriter writer, byte[] content, string mediaType, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(content);
        await WriteAsync(writer, BlobOf(digest), content, cancellationToken).ConfigureAwait(false);
        return Descriptor(mediaType, digest, content.Length);
    }

    private static JsonObject Descriptor(string mediaType, string digest, long size) =>
        new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = size };

    private static async Task WriteAsync(TarWriter writer, string name, byte[] content, CancellationToken cancellationToken)
    {
        var member = new TarMember { Name = name, Type = TarType.File, Size = content.Length };
        await writer.WriteAsync(member, new MemoryStream(content), cancellationToken).ConfigureAwait(false);
    }

    private static string BlobOf(string digest) => Blobs + digest["sha256:".Length..];

    private static byte[] Config(ImageInspectResponse image, IEnumerable<string> layers, IReadOnlyDictionary<string, string> labels) =>
        Bytes(new JsonObject
        {
            ["architecture"] = image.Architecture,
            ["os"] = image.Os,
            ["created"] = DateTimeOffset.UnixEpoch.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["config"] = ImageConfig.ToJson(image.Config ?? new DockerOCIImageConfig(), labels),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Array(layers) },
        });

    private static JsonArray Array(IEnumerable<string> values) => new(values.Select(value => (JsonNode)value).ToArray());

    private static byte[] Bytes(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            node.WriteTo(writer);
        }

        return stream.ToArray();
    }
}
