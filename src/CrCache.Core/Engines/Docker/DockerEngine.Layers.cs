using System.Collections.Concurrent;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Files;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    // By image: saving a large one takes seconds, and several checkpoints may be on top of it.
    private readonly ConcurrentDictionary<string, IReadOnlyList<LayerBlob>> _blobs = new(StringComparer.Ordinal);

    public async Task ReadLayersAsync(string image, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken)
    {
        var layers = (await FindImageAsync(image, cancellationToken).ConfigureAwait(false))?.Layers ?? [];
        await ReadSavedAsync(
            image,
            async tar =>
            {
                await SavedImage.ExtractLayersAsync(tar, files, layers, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<string> AddLayersAsync(
        string image,
        IReadOnlyList<string> layers,
        string name,
        IReadOnlyDictionary<string, string> labels,
        CancellationToken cancellationToken)
    {
        var below = await InspectImageAsync(image, cancellationToken).ConfigureAwait(false)
            ?? throw LoadFailed(image, "it does not have that");
        var added = await LayeredImage.CreateAsync(below, layers, name, labels, cancellationToken).ConfigureAwait(false);

        // Docker's own store knows the layers below by their diff ids. That of containerd knows them as its blobs, whose digests the
        // engine shows in no other way than by saving the image. On a disk that is full neither has a place.
        if (await TryLoadAsync(added.WriteAsync, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            var blobs = EngineDisk.IsFull(refusal)
                ? throw LoadFailed(image, refusal)
                : await BlobsOfAsync(image, cancellationToken).ConfigureAwait(false);
            var second = await TryLoadAsync(
                (tar, token) => added.WriteLayoutAsync(blobs, tar, token), cancellationToken).ConfigureAwait(false);
            if (second is not null)
            {
                throw LoadFailed(image, second == refusal ? refusal : $"{refusal}; in the other form: {second}");
            }

            _blobs[name] = [.. blobs, .. added.OwnLayers];
        }

        return (await FindImageAsync(name, cancellationToken).ConfigureAwait(false))?.Id
            ?? throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine has loaded the image {name} and does not have it.");
    }

    private CrCacheException LoadFailed(string image, string words) =>
        new EngineFailure(Endpoint, $"load an image on top of {image}").Refused(words);

    private async Task<IReadOnlyList<LayerBlob>> BlobsOfAsync(string image, CancellationToken cancellationToken)
    {
        if (!_blobs.TryGetValue(image, out var blobs))
        {
            blobs = _blobs[image] = await ReadSavedAsync(
                image, tar => SavedImage.ListLayersAsync(tar, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        return blobs;
    }

    private async Task<T> ReadSavedAsync<T>(string image, Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        var what = $"save the image {image}";
        using var tar = await _connection.ReadAsync(
            LongWork(what), (client, token) => client.Images.SaveImageAsync(image, token), cancellationToken).ConfigureAwait(false);
        try
        {
            return await read(tar).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            throw new EngineFailure(Endpoint, what).Translate(e, cancellationToken);
        }
    }

    // The engine's words where it refuses, which it may do at once or after an answer that began well; null where it has the image.
    private async Task<string?> TryLoadAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var load = new Messages();
        string? refusal = null;
        var tar = WrittenStream.Read(write, cancellationToken);
        await using (tar.ConfigureAwait(false))
        {
            await _connection.SendAsync(
                LongWork("load an image"),
                tar,
                async (client, sent, token) =>
                {
                    try
                    {
                        var parameters = new ImageLoadParameters { Quiet = true };
                        await client.Images.LoadImageAsync(parameters, sent, load, token).ConfigureAwait(false);
                    }
                    catch (DockerApiException e)
                    {
                        refusal = EngineFailure.Words(e);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }

        return refusal ?? load.Error;
    }
}
