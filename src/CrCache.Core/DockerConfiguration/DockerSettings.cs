using System.Text.Json;
using CrCache.Diagnostics;
using Docker.DotNet;

namespace CrCache.DockerConfiguration;

/// <summary>A user's configuration of docker: its contexts, and the credentials for registries.</summary>
/// <param name="directory">Where it lies, usually <see cref="DefaultDirectory"/>.</param>
internal sealed class DockerSettings(string directory)
{
    private readonly DockerConfig _config = new(new Location(directory));

    /// <summary>Where docker keeps it: <c>DOCKER_CONFIG</c>, else <c>.docker</c> in the user's home.</summary>
    public static string DefaultDirectory =>
        DirectoryFor(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>As <see cref="DefaultDirectory"/>, for other variables and another home.</summary>
    public static string DirectoryFor(Func<string, string?> variable, string home) =>
        variable("DOCKER_CONFIG") is { Length: > 0 } set ? set : Path.Combine(home, ".docker");

    /// <summary>The name of the context that is in use, or null.</summary>
    /// <exception cref="CrCacheException">The configuration cannot be read (CRC1001).</exception>
    public string? CurrentContext()
    {
        try
        {
            using var config = Parse();
            return config?.RootElement.AsNullable().Text("currentContext");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new CrCacheException(ErrorCodes.NoEngine, $"Docker's configuration {_config.FullName} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The address of a context's engine.</summary>
    /// <exception cref="CrCacheException">There is no such context, or it cannot be read (CRC1001).</exception>
    public Uri ContextAddress(string context)
    {
        try
        {
            return _config.GetEndpoint(context);
        }
        catch (DockerConfigurationException e)
        {
            throw new CrCacheException(ErrorCodes.NoEngine, $"{e.Message} See `docker context ls`, or set DOCKER_HOST.", e);
        }
    }

    /// <summary>Finds credentials in docker's config.json or with the credential helper that it names; null where there are none.</summary>
    /// <param name="host">The registry: host and port, or <c>docker.io</c>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="CrCacheException">The configuration or its helper is broken (CRC1009).</exception>
    public async Task<DockerCredentials?> FindCredentialsAsync(string host, CancellationToken cancellationToken)
    {
        var registry = DockerCredentials.NameOf(host);
        try
        {
            using var config = Parse();
            var root = config?.RootElement.AsNullable();
            var helper = root.Member("credHelpers").Text(registry) ?? root.Text("credsStore");
            return helper is { Length: > 0 }
                ? await CredentialHelper.AskAsync(helper, registry, CredentialHelper.Limit, cancellationToken).ConfigureAwait(false)
                : DockerCredentials.Read(registry, root.Member("auths"), _config.FullName);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new CrCacheException(
                ErrorCodes.NoCredentials, $"Docker's credentials for {registry} in {_config.FullName} cannot be read: {e.Message}", e);
        }
    }

    private static bool IsUnreadable(Exception e) =>
        e is JsonException or IOException or UnauthorizedAccessException or FormatException or InvalidOperationException;

    private JsonDocument? Parse() => _config.Exists ? _config.Parse() : null;

    // Of the package's settings only the place: what comes before the contexts is decided by the one who asks for them.
    private sealed record Location(string? DockerConfig) : IDockerCliSettings
    {
        public string? DockerHost => null;

        public string? DockerTlsVerify => null;

        public string? DockerContext => null;
    }
}
