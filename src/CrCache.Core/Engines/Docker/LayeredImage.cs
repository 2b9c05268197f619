using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrCache.Archives;
using CrCache.Diagnostics;

namespace CrCache.Engines.Docker;

/// <summary>An image to be loaded: one that the engine has, with layers on top. Equal layers give the same image.</summary>
internal sealed class LayeredImage
{
    private const string Blobs = "blobs/sha256/";
    private readonly byte[] _config;
    private readonly string _name;
    private readonly IReadOnlyList<string> _baseLayers;
    private readonly IReadOnlyList<(string File, string Digest)> _layers;

    private LayeredImage(byte[] config, string name, IReadOnlyList<string> baseLayers, IReadOnlyList<(string File, string Digest)> layers) =>
        (_config, _name, _baseLayers, _layers) = (config, name, baseLayers, layers);

    /// <summary>Hashes the layers.</summary>
    /// <param name="image">What the engine says of the image below.</param>
    /// <param name="layers">The uncompressed layers, the lowest first.</param>
    /// <param name="name">The new image's name and tag.</param>
    /// <param name="labels">Labels to add to the image's own.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<LayeredImage> CreateAsync(
        JsonObject image, IReadOnlyList<string> layers, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var hashed = new List<(string File, string Digest)>();
        foreach (var file in layers)
        {
            var stream = File.OpenRead(file);
            await using (stream.ConfigureAwait(false))
            {
                hashed.Add((file, await Digest.OfAsync(stream, cancellationToken).ConfigureAwait(false)));
            }
        }

        var baseLayers = (image["RootFS"]?["Layers"] as JsonArray ?? throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine does not say what the image below {name} is made of."))
            .Select(layer => layer!.GetValue<string>()).ToArray();
        return new LayeredImage(Config(image, baseLayers.Concat(hashed.Select(layer => layer.Digest)), labels), name, baseLayers, hashed);
    }

    /// <summary>Writes it in the form of <c>docker save</c>, without the layers of the image below.</summary>
    public async Task WriteAsync(Stream tar, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(tar);
        await WriteOwnAsync(writer, _baseLayers.Select(BlobOf), cancellationToken).ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes it with the layers of the image below, as the engine saves them.</summary>
    public async Task WriteWithBaseAsync(Stream saved, Stream tar, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(tar);
        var reader = new TarReader(saved);
        IEnumerable<string> layersBelow = [];
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } member)
        {
            switch (member)
            {
                case { Name: "manifest.json" }:
                    var manifest = await JsonNode.ParseAsync(reader.Content, cancellationToken: cancellationToken).ConfigureAwait(false);
                    layersBelow = manifest![0]!["Layers"]!.AsArray().Select(layer => layer!.GetValue<string>()).ToArray();
                    break;

                // The image's own names; the new image has another manifest.
                case { Name: "index.json" or "oci-layout" or "repositories" }:
                    break;
                default:
                    await writer.WriteAsync(member with { Name = member.Name.TrimEnd('/') }, reader.Content, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        await WriteOwnAsync(writer, layersBelow, cancellationToken).ConfigureAwait(false);
        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteOwnAsync(TarWriter writer, IEnumerable<string> layersBelow, CancellationToken cancellationToken)
    {
        foreach (var (file, digest) in _layers)
        {
            var stream = File.OpenRead(file);
            await using (stream.ConfigureAwait(false))
            {
                await writer.WriteAsync(new TarMember { Name = BlobOf(digest), Type = TarType.File, Size = stream.Length }, stream, cancellationToken).ConfigureAwait(false);
            }
        }

        var config = BlobOf(Digest.Of(_config));
        await WriteAsync(writer, config, _config, cancellationToken).ConfigureAwait(false);
        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = config,
            ["RepoTags"] = new JsonArray(_name),
            ["Layers"] = new JsonArray(layersBelow.Concat(_layers.Select(layer => BlobOf(layer.Digest))).Select(layer => (JsonNode)layer).ToArray()),
        });
        await WriteAsync(writer, "manifest.json", Bytes(manifest), cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(TarWriter writer, string name, byte[] content, CancellationToken cancellationToken) =>
        await writer.WriteAsync(new TarMember { Name = name, Type = TarType.File, Size = content.Length }, new MemoryStream(content), cancellationToken).ConfigureAwait(false);

    private static string BlobOf(string digest) => Blobs + digest["sha256:".Length..];

    private static byte[] Config(JsonObject image, IEnumerable<string> layers, IReadOnlyDictionary<string, string> labels)
    {
        var config = image["Config"]?.DeepClone().AsObject() ?? [];
        var all = config["Labels"] as JsonObject ?? [];
        foreach (var (name, value) in labels)
        {
            all[name] = value;
        }

        config["Labels"] = all.DeepClone();
        return Bytes(new JsonObject
        {
            ["architecture"] = image["Architecture"]?.DeepClone(),
            ["os"] = image["Os"]?.DeepClone(),
            ["created"] = DateTimeOffset.UnixEpoch.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["config"] = config,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(layers.Select(layer => (JsonNode)layer).ToArray()) },
        });
    }

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
