using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Names;
using CrCache.Registries;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    public async Task<EngineImage?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        // A name's slashes are part of the path here.
        var image = await CallAsync(() => _api.FindAsync($"/images/{reference}/json", DockerJson.Default.ImageModel, cancellationToken)).ConfigureAwait(false);
        return image is null
            ? null
            : new EngineImage
            {
                Id = image.Id,
                ContentDigest = ContentDigest(image),
                Platform = $"{image.Os}/{image.Architecture}",
                Layers = image.RootFileSystem?.Layers ?? [],
                Volumes = Volumes(image),
                Ports = image.Config?.ExposedPorts?.Keys.Select(TcpPort).Where(port => port > 0).Order().ToArray() ?? [],
                HealthCommand = HealthCommand(image.Config?.Healthcheck?.Test),
            };
    }

    private static string[] Volumes(ImageModel image) => image.Config?.Volumes?.Keys.Order(StringComparer.Ordinal).ToArray() ?? [];

    // Of what decides how a container of it starts. Engines differ in what else they say, and in null and empty.
    private static string ContentDigest(ImageModel image)
    {
        var config = image.Config;
        string?[] single = [image.Os, image.Architecture, config?.User, config?.WorkingDir, config?.StopSignal];
        IReadOnlyList<string>?[] lists = [image.RootFileSystem?.Layers, config?.Env, config?.Entrypoint, config?.Cmd, Volumes(image), config?.Healthcheck?.Test];
        var text = new StringBuilder();
        foreach (var list in single.Select(value => (IReadOnlyList<string>)[value ?? ""]).Concat(lists.Select(list => list ?? [])))
        {
            text.Append(list.Count).Append('\n');
            foreach (var value in list)
            {
                text.Append(value.Length).Append(':').Append(value).Append('\n');
            }
        }

        return Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public async Task PullImageAsync(string reference, IProgress<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _api.SendAsync(
                HttpMethod.Post,
                $"/images/create?fromImage={Escape(WithTag(reference))}",
                null,
                cancellationToken,
                await RegistryAuthHeader.ForAsync(reference, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            var layers = new PullProgress(reference, progress);
            await foreach (var line in ReadLinesAsync(response, cancellationToken).ConfigureAwait(false))
            {
                var step = JsonSerializer.Deserialize(line, DockerJson.Default.PullLineModel);
                if (step?.Error is { } error)
                {
                    throw new CrCacheException(ErrorCodes.ImageNotFound, PullFailed(reference, error));
                }

                layers.Report(step);
            }
        }
        catch (DockerApiException e)
        {
            throw new CrCacheException(ErrorCodes.ImageNotFound, PullFailed(reference, e.Text), e);
        }
    }

    public Task<string> BuildImageAsync(string dockerfile, string tag, IProgress<string> progress, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            using var context = await BuildContext.CreateAsync(dockerfile, cancellationToken).ConfigureAwait(false);
            using var content = new StreamContent(context);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
            using var response = await _api.SendAsync(
                HttpMethod.Post, $"/build?t={Escape(tag)}&dockerfile={Escape(Path.GetFileName(dockerfile))}&forcerm=1", content, cancellationToken).ConfigureAwait(false);
            var id = tag;
            var output = new List<string>();
            await foreach (var line in ReadLinesAsync(response, cancellationToken).ConfigureAwait(false))
            {
                var step = JsonSerializer.Deserialize(line, DockerJson.Default.BuildLineModel);
                id = step?.Aux?.Id ?? id;
                if (step?.Stream?.Trim() is { Length: > 0 } text)
                {
                    output.Add(text);
                    if (text.StartsWith("Step ", StringComparison.Ordinal))
                    {
                        progress.Report(text);
                    }
                }

                if (step?.Error is { } error)
                {
                    throw new CrCacheException(
                        ErrorCodes.ImageNotBuilt, $"The image of {dockerfile} cannot be built: {error}\n{string.Join('\n', output.TakeLast(20))}");
                }
            }

            return id;
        });

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

    private static int TcpPort(string port) =>
        int.TryParse(port.EndsWith("/tcp", StringComparison.Ordinal) ? port.AsSpan(0, port.Length - 4) : port, out var number) ? number : 0;

    // ["CMD", ...], ["CMD-SHELL", "command"], ["NONE"].
    private static string[]? HealthCommand(IReadOnlyList<string>? test) => test switch
    {
        { Count: > 1 } when test[0] == "CMD" => test.Skip(1).ToArray(),
        ["CMD-SHELL", var command] => ["/bin/sh", "-c", command],
        _ => null,
    };

    // Without a tag the engine would pull all of them.
    private static string WithTag(string reference) =>
        reference.Contains('@', StringComparison.Ordinal) || reference[(reference.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal)
            ? reference
            : reference + ":latest";

    private static string PullFailed(string reference, string reason)
    {
        var registry = RegistryAuthHeader.RegistryOf(reference);
        var login = registry == DockerCredentials.DockerHub ? "docker login" : $"docker login {registry}";
        return $"The image '{reference}' is not on the engine and cannot be pulled: {reason}. Check the name, sign in with `{login}`, or pull it by hand with `docker pull {reference}`.";
    }

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
