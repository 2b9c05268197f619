using System.Net;
using System.Text;
using CrCache.Diagnostics;
using CrCache.DockerConfiguration;
using CrCache.Names;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace CrCache.Engines.Docker;

internal sealed partial class DockerEngine
{
    public async Task<EngineImage?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        var image = await InspectImageAsync(reference, cancellationToken).ConfigureAwait(false);
        return image is null
            ? null
            : new EngineImage
            {
                Id = image.ID,
                ContentDigest = ContentDigest(image),
                Platform = $"{image.Os}/{image.Architecture}",
                Layers = image.RootFS?.Layers?.AsReadOnly() ?? [],
                Volumes = Volumes(image),
                Ports = image.Config?.ExposedPorts?.Keys.Select(TcpPort).Where(port => port > 0).Order().ToArray() ?? [],
                HealthCommand = HealthCommand(image.Config?.Healthcheck?.Test),
            };
    }

    public async Task PullImageAsync(string reference, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var image = ImageReference.Parse(reference).OrLatest();
        var credentials = await new DockerSettings(DockerSettings.DefaultDirectory)
            .FindCredentialsAsync(image.Registry, cancellationToken).ConfigureAwait(false);
        var pull = new PullProgress(reference, progress);
        await _connection.CallAsync(
            EngineCall.EndlessWork($"pull {reference}"),
            async (client, token) =>
            {
                try
                {
                    // Without a tag the engine would pull all of them.
                    var parameters = new ImagesCreateParameters { FromImage = image.ToString() };
                    await client.Images.CreateImageAsync(parameters, AuthOf(credentials), pull, token).ConfigureAwait(false);
                }
                catch (DockerApiException e)
                {
                    throw PullFailed(reference, EngineFailure.Words(e), e);
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (pull.Error is { } error)
        {
            throw PullFailed(reference, error);
        }
    }

    public async Task<string> BuildImageAsync(
        string dockerfile, string tag, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var parameters = new ImageBuildParameters { Tags = [tag], Dockerfile = Path.GetFileName(dockerfile), ForceRemove = true };
        var build = new BuildProgress(progress);
        using var context = BuildContext.Open(dockerfile, cancellationToken);
        await _connection.SendAsync(
            EngineCall.EndlessWork($"build the image of {dockerfile}"),
            context,
            (client, sent, token) => client.Images.BuildImageFromDockerfileAsync(parameters, sent, null, null, build, token),
            cancellationToken).ConfigureAwait(false);
        return build.Error is { } error
            ? throw new CrCacheException(
                ErrorCodes.ImageNotBuilt, $"The image of {dockerfile} cannot be built: {error}\n{build.LastOutput}")
            : build.Id ?? tag;
    }

    public async Task<string> ImportImageAsync(
        Stream rootFileSystem, string name, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        const string What = "import an image";
        var reference = ImageReference.Parse(name);
        var parameters = new ImagesCreateParameters
        {
            Repo = reference.Name,
            Tag = reference.Tag,
            Changes = labels.Select(label => $"LABEL {label.Key}=\"{label.Value}\"").ToArray(),
        };
        var import = new Messages();
        await _connection.SendAsync(
            LongWork(What),
            rootFileSystem,
            (client, sent, token) => client.Images.CreateImageAsync(parameters, sent, null, import, token),
            cancellationToken).ConfigureAwait(false);
        return import.Error is { } error ? throw new EngineFailure(Endpoint, What).Refused(error) : import.LastStatus ?? "";
    }

    public Task<IReadOnlyList<ImageSummary>> ListImagesAsync(string repository, CancellationToken cancellationToken) => ListImagesAsync(
        Filters(("reference", repository)),
        row => (row.RepoTags ?? []).Select(name => Summary(row, name))
            .Where(image => image.Name.StartsWith(repository + ":", StringComparison.Ordinal)),
        cancellationToken);

    public Task<IReadOnlyList<ImageSummary>> ListUntaggedImagesAsync(string label, CancellationToken cancellationToken) =>
        ListImagesAsync(Filters(("dangling", "true"), ("label", label)), row => [Summary(row, row.ID)], cancellationToken);

    private Task<IReadOnlyList<ImageSummary>> ListImagesAsync(
        IDictionary<string, IDictionary<string, bool>> filters,
        Func<ImagesListResponse, IEnumerable<ImageSummary>> summaries,
        CancellationToken cancellationToken) => _connection.CallAsync<IReadOnlyList<ImageSummary>>(
            Question("list its images"),
            async (client, token) =>
            {
                var parameters = new ImagesListParameters { Filters = filters };
                return (await client.Images.ListImagesAsync(parameters, token).ConfigureAwait(false)).SelectMany(summaries).ToArray();
            },
            cancellationToken);

    public Task RemoveImageAsync(string reference, CancellationToken cancellationToken) => RemoveAsync(
        LongWork($"remove the image {reference}"),
        (client, token) => client.Images.DeleteImageAsync(reference, new ImageDeleteParameters { Force = true }, token),
        cancellationToken);

    public Task<string> CommitAsync(
        string containerId, string repository, string tag, IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken)
    {
        // The engine pauses what runs meanwhile. Nothing of ours does then; and the package cannot say no, for it leaves it out.
        var parameters = new CommitContainerChangesParameters
        {
            ContainerID = containerId,
            RepositoryName = repository,
            Tag = tag,
            Labels = new Dictionary<string, string>(labels),
        };
        return _connection.CallAsync(
            LongWork($"commit the container {Short(containerId)}"),
            async (client, token) => (await client.Images.CommitContainerChangesAsync(parameters, token).ConfigureAwait(false)).ID,
            cancellationToken);
    }

    // Null where the engine does not have it.
    private Task<ImageInspectResponse?> InspectImageAsync(string reference, CancellationToken cancellationToken) =>
        _connection.CallAsync<ImageInspectResponse?>(
            Question($"describe the image {reference}"),
            async (client, token) =>
            {
                try
                {
                    return await client.Images.InspectImageAsync(reference, token).ConfigureAwait(false);
                }
                catch (DockerApiException e) when (e.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }
            },
            cancellationToken);

    // Podman calls what has no registry localhost's.
    private static ImageSummary Summary(ImagesListResponse row, string name) => new(
        name.StartsWith("localhost/", StringComparison.Ordinal) ? name["localhost/".Length..] : name,
        row.Size,
        row.Labels?.AsReadOnly() ?? new Dictionary<string, string>().AsReadOnly());

    private static string[] Volumes(ImageInspectResponse image) =>
        image.Config?.Volumes?.Keys.Order(StringComparer.Ordinal).ToArray() ?? [];

    // Of what decides how a container of it starts. Engines differ in what else they say, and in null and empty.
    private static string ContentDigest(ImageInspectResponse image)
    {
        var config = image.Config;
        string?[] single = [image.Os, image.Architecture, config?.User, config?.WorkingDir, config?.StopSignal];
        IList<string>?[] lists =
            [image.RootFS?.Layers, config?.Env, config?.Entrypoint, config?.Cmd, Volumes(image), config?.Healthcheck?.Test];
        var text = new StringBuilder();
        foreach (var list in single.Select(value => (IList<string>)[value ?? ""]).Concat(lists.Select(list => list ?? [])))
        {
            text.Append(list.Count).Append('\n');
            foreach (var value in list)
            {
                text.Append(value.Length).Append(':').Append(value).Append('\n');
            }
        }

        return Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // ["CMD", ...], ["CMD-SHELL", "command"], ["NONE"].
    private static string[]? HealthCommand(IList<string>? test) => test switch
    {
        { Count: > 1 } when test[0] == "CMD" => test.Skip(1).ToArray(),
        ["CMD-SHELL", var command] => ["/bin/sh", "-c", command],
        _ => null,
    };

    private static AuthConfig? AuthOf(DockerCredentials? credentials) => credentials switch
    {
        null => null,
        { IsToken: true } => new AuthConfig { IdentityToken = credentials.Secret, ServerAddress = credentials.Registry },
        _ => new AuthConfig { Username = credentials.User, Password = credentials.Secret, ServerAddress = credentials.Registry },
    };

    private static CrCacheException PullFailed(string reference, string reason, Exception? e = null)
    {
        var login = DockerCredentials.LoginCommand(ImageReference.Parse(reference).Registry);
        return new CrCacheException(
            ErrorCodes.ImageNotFound,
            $"The image '{reference}' is not on the engine and cannot be pulled: {reason}. "
            + $"Check the name, sign in with `{login}`, or pull it by hand with `docker pull {reference}`.",
            e);
    }
}
