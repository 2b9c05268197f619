using System.Text;
using System.Text.Json;
using CrCache.Names;

namespace CrCache.DockerConfiguration;

/// <summary>A user's credentials for a registry, as <c>docker login</c> has kept them.</summary>
/// <param name="Registry">The registry, by the name under which docker keeps them (<see cref="NameOf"/>).</param>
/// <param name="User">The user's name; empty with an identity token.</param>
/// <param name="Secret">The password, or the identity token.</param>
/// <param name="IsToken">True where the secret is an identity token.</param>
/// <param name="Source">The file, or the credential helper, that it is from.</param>
internal sealed record DockerCredentials(string Registry, string User, string Secret, bool IsToken, string Source)
{
    // The name under which docker keeps the credentials of Docker Hub.
    private const string DockerHub = "https://index.docker.io/v1/";

    /// <summary>Whose they are and where they are from, without the secret.</summary>
    public string Description => (IsToken ? "the identity token" : $"the user '{User}'") + $" of {Source}";

    /// <summary>The name under which docker keeps the credentials of a registry.</summary>
    /// <param name="host">Host and port, or <see cref="ImageReference.DockerHub"/>.</param>
    public static string NameOf(string host) => host == ImageReference.DockerHub ? DockerHub : host;

    /// <summary>The command that signs a user in to a registry.</summary>
    /// <param name="host">Host and port, or <see cref="ImageReference.DockerHub"/>.</param>
    public static string LoginCommand(string host) => host == ImageReference.DockerHub ? "docker login" : $"docker login {host}";

    /// <summary>Reads those of config.json itself; null where it has none for the registry.</summary>
    /// <param name="registry">The registry's name by <see cref="NameOf"/>.</param>
    /// <param name="auths">The member <c>auths</c>, or null.</param>
    /// <param name="path">The file, for people.</param>
    /// <exception cref="FormatException">They are not of docker's form.</exception>
    public static DockerCredentials? Read(string registry, JsonElement? auths, string path)
    {
        var entry = auths.Member(registry) ?? OldEntry(registry, auths);
        if (entry.Text("identitytoken") is { Length: > 0 } token)
        {
            return new DockerCredentials(registry, "", token, IsToken: true, path);
        }

        if (entry.Text("auth") is not { Length: > 0 } auth)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? throw new FormatException("it is not user:password.")
            : new DockerCredentials(registry, text[..colon], text[(colon + 1)..], IsToken: false, path);
    }

    // Old versions of docker, and other tools, have written addresses: https://host/v1/. As in docker, the host alone decides.
    private static JsonElement? OldEntry(string registry, JsonElement? auths)
    {
        if (auths is not { ValueKind: JsonValueKind.Object } entries)
        {
            return null;
        }

        foreach (var entry in entries.EnumerateObject())
        {
            if (HostOf(entry.Name) == HostOf(registry))
            {
                return entry.Value;
            }
        }

        return null;
    }

    private static string HostOf(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? address : address[(scheme + 3)..];
        return rest.Split('/')[0];
    }
}
