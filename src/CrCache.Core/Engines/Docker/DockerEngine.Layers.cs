using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Files;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    // By image: saving a large one takes seconds, and several checkpoints may be on top of it.
    private readonly ConcurrentDictionary<string, IReadOnlyList<LayerBlob>> _blobs = new(StringComparer.Ordinal);

    public Task ReadLayersAsync(string image, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            var layers = (await FindImageAsync(image, cancellationToken).ConfigureAwait(false))?.Layers ?? [];
            using var response = await _api.SendAsync(HttpMethod.Get, $"/images/{image}/get", null, cancellationToken).ConfigureAwait(false);
            using var tar = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await SavedImage.ExtractLayersAsync(tar, files, layers, cancellationToken).ConfigureAwait(false);
        });

    public Task<string> AddLayersAsync(
        string image, IReadOnlyList<string> layers, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            var text = await _api.GetTextAsync($"/images/{image}/json", cancellationToken).ConfigureAwait(false);
            var added = await LayeredImage.CreateAsync(JsonNode.Parse(text)!.AsObject(), layers, name, labels, cancellationToken).ConfigureAwait(false);

            // Docker's own store knows the layers below by their diff ids. That of containerd knows them as its blobs, whose digests the
            // engine shows in no other way than by saving the image.
            if (!await TryLoadAsync(added.WriteAsync, cancellationToken).ConfigureAwait(false))
            {
                var below = await BlobsOfAsync(image, cancellationToken).ConfigureAwait(false);
                if (!await TryLoadAsync((tar, token) => added.WriteLayoutAsync(below, tar, token), cancellationToken).ConfigureAwait(false))
                {
                    throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine could not load an image on top of {image}.");
                }

                _blobs[name] = [.. below, .. added.OwnLayers];
            }

            return (await FindImageAsync(name, cancellationToken).ConfigureAwait(false))?.Id
                ?? throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine has loaded the image {name} and does not have it.");
        });

    private async Task<IReadOnlyList<LayerBlob>> BlobsOfAsync(string image, CancellationToken cancellationToken)
    {
        if (!_blobs.TryGetValue(image, out var blobs))
        {
            using var response = await _api.SendAsync(HttpMethod.Get, $"/images/{image}/get", null, cancellationToken).ConfigureAwait(false);
            using var saved = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            blobs = _blobs[image] = await SavedImage.ListLayersAsync(saved, cancellationToken).ConfigureAwait(false);
        }

        return blobs;
    }

    // Refusals come as an error status, or in the stream of an answer that began well.
    private async Task<bool> TryLoadAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StreamContent(WrittenStream.Read(write, cancellationToken));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
            using var response = await _api.SendAsync(HttpMethod.Post, "/images/load?quiet=1", content, cancellationToken).ConfigureAwait(false);
            await foreach (var line in ReadLinesAsync(response, cancellationToken).ConfigureAwait(false))
            {
                if (JsonSerializer.Deserialize(line, DockerJson.Default.ImportLineModel)?.Error is not null)
                {
                    return false;
                }
            }

            return true;
        }
        catch (DockerApiException)
        {
            return false;
        }
    }
}
