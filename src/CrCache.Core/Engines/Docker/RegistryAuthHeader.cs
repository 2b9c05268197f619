using System.Text;
using System.Text.Json;
using CrCache.Registries;

namespace CrCache.Engines.Docker;

/// <summary>The header by which a pull hands the engine the user's credentials.</summary>
internal static class RegistryAuthHeader
{
    /// <summary>The header's value for an image's registry, or null where docker has no credentials for it.</summary>
    public static async Task<string?> ForAsync(string reference, CancellationToken cancellationToken)
    {
        var credentials = await DockerCredentials.FindAsync(RegistryOf(reference), DockerCredentials.DefaultDirectory, cancellationToken).ConfigureAwait(false);
        if (credentials is null)
        {
            return null;
        }

        var json = JsonSerializer.Serialize(credentials.ToEngine(), DockerJson.Default.DictionaryStringString);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).Replace('+', '-').Replace('/', '_');
    }

    /// <summary>The registry's host of an image's name; a first part without dot or colon is a folder on Docker Hub.</summary>
    internal static string RegistryOf(string reference)
    {
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : reference[..slash];
        return first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0 ? first : DockerCredentials.DockerHub;
    }
}
