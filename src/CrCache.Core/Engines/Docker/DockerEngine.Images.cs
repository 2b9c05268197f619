using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CrCache.Diagnostics;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    public async Task<EngineImage?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        // A name's slashes are part of the path here.
        var image = await CallAsync(() => _api.FindAsync($"/images/{reference}/json", DockerJson.Default.ImageModel, cancellationToken)).ConfigureAwait(false);
        return image is null
            ? null
            : new EngineImage(image.Id, $"{image.Os}/{image.Architecture}", image.Config?.Volumes?.Keys.Order(StringComparer.Ordinal).ToArray() ?? []);
    }

    public async Task PullImageAsync(string reference, IProgress<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _api.SendAsync(
                HttpMethod.Post, $"/images/create?fromImage={Escape(reference)}", null, cancellationToken).ConfigureAwait(false);
            await foreach (var line in ReadLinesAsync(response, cancellationToken).ConfigureAwait(false))
            {
                var step = JsonSerializer.Deserialize(line, DockerJson.Default.PullLineModel);
                if (step?.Error is { } error)
                {
                    throw new CrCacheException(ErrorCodes.ImageNotFound, PullFailed(reference, error));
                }

                if (step?.Status is { } status && step.Id is null)
                {
                    progress.Report(status);
                }
            }
        }
        catch (DockerApiException e)
        {
            throw new CrCacheException(ErrorCodes.ImageNotFound, PullFailed(reference, e.Text), e);
        }
    }

    public async Task<string> ImportImageAsync(Stream rootFileSystem, CancellationToken cancellationToken) =>
        await CallAsync(async () =>
        {
            using var content = new StreamContent(rootFileSystem);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
            using var response = await _api.SendAsync(HttpMethod.Post, "/images/create?fromSrc=-", content, cancellationToken).ConfigureAwait(false);
            var id = "";
            await foreach (var line in ReadLinesAsync(response, cancellationToken).ConfigureAwait(false))
            {
                var step = JsonSerializer.Deserialize(line, DockerJson.Default.ImportLineModel);
                if (step?.Error is { } error)
                {
                    throw new CrCacheException(ErrorCodes.EngineCallFailed, $"The engine could not import an image: {error}");
                }

                id = step?.Status ?? id;
            }

            return id;
        }).ConfigureAwait(false);

    public Task RemoveImageAsync(string reference, CancellationToken cancellationToken) =>
        CallAsync(() => IgnoreGoneAsync(() => _api.CallAsync(HttpMethod.Delete, $"/images/{reference}?force=1", null, cancellationToken)));

    public async Task<string> CommitAsync(
        string containerId, string repository, string tag, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        var path = $"/commit?container={containerId}&repo={Escape(repository)}&tag={Escape(tag)}&pause=0";
        var body = new CommitModel(new Dictionary<string, string>(labels));
        var image = await CallAsync(() => _api.PostAsync(path, body, DockerJson.Default.CommitModel, DockerJson.Default.IdModel, cancellationToken)).ConfigureAwait(false);
        return image.Id;
    }

    private static string PullFailed(string reference, string reason) =>
        $"The image '{reference}' is not on the engine and cannot be pulled: {reason}. Check the name, sign in with `docker login`, or pull it by hand with `docker pull {reference}`.";

    private static async IAsyncEnumerable<string> ReadLinesAsync(
        HttpResponseMessage response, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }
}
