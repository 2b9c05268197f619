using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CrCache.Diagnostics;

namespace CrCache.Registries;

/// <summary>A user's credentials for a registry, as <c>docker login</c> has kept them.</summary>
/// <param name="Registry">The registry.</param>
/// <param name="User">The user's name; empty with an identity token.</param>
/// <param name="Secret">The password, or the identity token.</param>
/// <param name="IsToken">True where the secret is an identity token.</param>
/// <param name="Source">The file, or the credential helper, that it is from.</param>
internal sealed record DockerCredentials(string Registry, string User, string Secret, bool IsToken, string Source)
{
    /// <summary>The name under which docker keeps the credentials of Docker Hub.</summary>
    public const string DockerHub = "https://index.docker.io/v1/";

    // What a helper gives as the user's name when the secret is a token.
    private const string TokenUser = "<token>";

    /// <summary>Where docker keeps its configuration: <c>DOCKER_CONFIG</c>, else <c>.docker</c> in the user's home.</summary>
    public static string DefaultDirectory => Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } set
        ? set
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    /// <summary>Whose they are and where they are from, without the secret.</summary>
    public string Description => (IsToken ? "the identity token" : $"the user '{User}'") + $" of {Source}";

    /// <summary>Finds them in docker's config.json or with the credential helper that it names; null where there are none.</summary>
    /// <param name="registry">Host and port, or <see cref="DockerHub"/>.</param>
    /// <param name="directory">Docker's configuration, usually <see cref="DefaultDirectory"/>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="CrCacheException">The configuration or its helper is broken (CRC1009).</exception>
    public static async Task<DockerCredentials?> FindAsync(string registry, string directory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, "config.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var config = JsonDocument.Parse(await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false));
            var root = config.RootElement;
            var helper = Member(Member(root, "credHelpers"), registry)?.GetString() ?? Member(root, "credsStore")?.GetString();
            return helper is { Length: > 0 }
                ? await AskAsync(helper, registry, cancellationToken).ConfigureAwait(false)
                : Read(registry, Member(Member(root, "auths"), registry), path);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            throw new CrCacheException(ErrorCodes.NoCredentials, $"Docker's credentials for {registry} in {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The members of the engine's X-Registry-Auth.</summary>
    public Dictionary<string, string> ToEngine() => IsToken
        ? new() { ["identitytoken"] = Secret, ["serveraddress"] = Registry }
        : new() { ["username"] = User, ["password"] = Secret, ["serveraddress"] = Registry };

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    private static DockerCredentials? Read(string registry, JsonElement? entry, string path)
    {
        if (Member(entry, "identitytoken")?.GetString() is { Length: > 0 } token)
        {
            return new DockerCredentials(registry, "", token, IsToken: true, path);
        }

        if (Member(entry, "auth")?.GetString() is not { Length: > 0 } auth)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? throw new FormatException("it is not user:password.")
            : new DockerCredentials(registry, text[..colon], text[(colon + 1)..], IsToken: false, path);
    }

    // The helper's own protocol: the registry on standard input, JSON on standard output.
    private static async Task<DockerCredentials?> AskAsync(string helper, string registry, CancellationToken cancellationToken)
    {
        var name = $"docker-credential-{helper}";
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, "get") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            await process.StandardInput.WriteAsync(registry.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                // Its way of saying that it has none; the pull is tried without.
                return null;
            }

            using var answer = JsonDocument.Parse(output);
            var user = Member(answer.RootElement, "Username")?.GetString() ?? "";
            var secret = Member(answer.RootElement, "Secret")?.GetString() ?? "";
            return new DockerCredentials(registry, user, secret, IsToken: user == TokenUser, name);
        }
        catch (Win32Exception e)
        {
            throw new CrCacheException(
                ErrorCodes.NoCredentials, $"Docker's configuration names the credential helper '{name}' for {registry}, which cannot be started: {e.Message}", e);
        }
    }
}
