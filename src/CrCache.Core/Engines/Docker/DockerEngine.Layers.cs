using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrCache.Archives;
using CrCache.Diagnostics;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
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

            // Docker's own store takes the layers that it has as they are. Others want to be handed all of them.
            if (!await TryLoadAsync(added.WriteAsync, cancellationToken).ConfigureAwait(false))
            {
                using var response = await _api.SendAsync(HttpMethod.Get, $"/images/{image}/get", null, cancellationToken).ConfigureAwait(false);
                using var saved = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                if (!await TryLoadAsync((tar, token) => added.WriteWithBaseAsync(saved, tar, token), cancellationToken).ConfigureAwait(false))
                {
                    throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine could not load an image on top of {image}.");
                }
            }

            return (await FindImageAsync(name, cancellationToken).ConfigureAwait(false))?.Id
                ?? throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine has loaded the image {name} and does not have it.");
        });

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
