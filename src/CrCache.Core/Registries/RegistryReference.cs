using System.Net;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Names;

namespace CrCache.Registries;

/// <summary>A repository of a registry, where checkpoints are kept: one tag for each key.</summary>
public sealed partial record RegistryReference
{
    private RegistryReference(string host, string repository) => (Host, Repository) = (host, repository);

    /// <summary>Host and port as they were written, for instance <c>registry.example:5000</c>.</summary>
    public string Host { get; }

    /// <summary>The repository's name in the registry, for instance <c>team/checkpoints</c>.</summary>
    public string Repository { get; }

    /// <summary>Host and port of the API; that of Docker Hub is not where its images are named.</summary>
    internal string ApiHost => Host == ImageReference.DockerHub ? "registry-1.docker.io" : Host;

    /// <summary>True where it is named as a registry of this machine, which may do without TLS.</summary>
    internal bool IsOnThisMachine => IsLoopback(new Uri($"https://{ApiHost}/"));

    /// <summary>Reads <c>host[:port]/repository</c>.</summary>
    /// <exception cref="CrCacheException">It is not of that form (CRC2010).</exception>
    public static RegistryReference Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success && text.Length <= 255 && Uri.TryCreate($"https://{match.Groups["host"].Value}/", UriKind.Absolute, out _)
            ? new RegistryReference(match.Groups["host"].Value, match.Groups["repository"].Value)
            : throw new CrCacheException(
                ErrorCodes.BadRegistry,
                $"'{text}' is not a repository of a registry. Write its host and its name in small letters, without https:// and without "
                + "a tag: registry.example:5000/team/checkpoints.");
    }

    /// <summary>Whether another repository is this one, or one below it.</summary>
    public bool Covers(RegistryReference other) =>
        string.Equals(other.Host, Host, StringComparison.OrdinalIgnoreCase)
        && (other.Repository == Repository || other.Repository.StartsWith(Repository + "/", StringComparison.Ordinal));

    /// <inheritdoc />
    public override string ToString() => $"{Host}/{Repository}";

    /// <summary>True for this machine by its own names.</summary>
    internal static bool IsLoopback(Uri address) =>
        address.DnsSafeHost == "localhost" || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));

    // Docker's rule: a first part without a dot or a port would be a folder on Docker Hub.
    [GeneratedRegex(
        """
        \A
        (?<host>
          (?: localhost | (?: [A-Za-z0-9-]+ \. )+ [A-Za-z0-9-]+ | \[ [0-9A-Fa-f:]+ \] ) (?: : [0-9]{1,5} )?
          | [A-Za-z0-9-]+ : [0-9]{1,5} )
        / (?<repository> [a-z0-9]+ (?: (?: [._] | __ | -+ ) [a-z0-9]+ )* (?: / [a-z0-9]+ (?: (?: [._] | __ | -+ ) [a-z0-9]+ )* )* )
        \z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
