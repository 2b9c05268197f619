using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrCache.Diagnostics;

namespace CrCache.Engines;

/// <summary>
/// Finds the engine as the docker command line does: DOCKER_HOST, then DOCKER_CONTEXT or the current context of
/// docker's configuration, then the default sockets (rootless ones too).
/// </summary>
public sealed class EngineLocator
{
    private readonly Func<string, string?> _variable;
    private readonly string _home;

    /// <summary>Creates a locator that reads this process's environment.</summary>
    public EngineLocator()
        : this(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))
    {
    }

    internal EngineLocator(Func<string, string?> variable, string home)
    {
        _variable = variable;
        _home = home;
    }

    /// <summary>The engine's address. It is not said that something answers there.</summary>
    /// <param name="asked">What the command line says, an address or a docker context's name; it comes before all else.</param>
    /// <exception cref="CrCacheException">A context is named that does not exist or cannot be read (CRC1001).</exception>
    public EngineEndpoint Locate(string? asked = null)
    {
        if (asked is { Length: > 0 } and not "default")
        {
            return asked.Contains("://", StringComparison.Ordinal)
                ? Endpoint(asked, "--engine")
                : Endpoint(ContextHost(asked), $"--engine, docker context '{asked}'");
        }

        return asked is "default" ? DefaultEndpoint("--engine, ") : LocateBySettings();
    }

    private EngineEndpoint LocateBySettings()
    {
        if (_variable("DOCKER_HOST") is { Length: > 0 } host)
        {
            return Endpoint(host, "DOCKER_HOST");
        }

        var context = _variable("DOCKER_CONTEXT") is { Length: > 0 } named ? named : CurrentContext();
        if (context is { Length: > 0 } and not "default")
        {
            return Endpoint(ContextHost(context), $"docker context '{context}'");
        }

        return DefaultEndpoint("");
    }

    private EngineEndpoint DefaultEndpoint(string source) =>
        Endpoint("unix://" + (DefaultSockets().FirstOrDefault(File.Exists) ?? "/var/run/docker.sock"), source + "the default socket");

    /// <summary>Opens a client of the engine that <see cref="Locate"/> finds. Nothing is sent yet.</summary>
    public static IEngine Open(EngineEndpoint endpoint)
    {
        if (endpoint.Address.Scheme != "unix")
        {
            throw new CrCacheException(
                ErrorCodes.UnsupportedEndpoint,
                $"The engine's address {endpoint} is of a kind that crcache cannot use yet. Use an engine on a unix socket: DOCKER_HOST=unix:///path/to/docker.sock.");
        }

        return new Docker.DockerEngine(endpoint, new UnixSocketTransport(endpoint.Address.LocalPath));
    }

    private static EngineEndpoint Endpoint(string address, string source)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            throw new CrCacheException(
                ErrorCodes.UnsupportedEndpoint,
                $"The engine's address '{address}' ({source}) is not a URL. Write it like unix:///var/run/docker.sock.");
        }

        return new EngineEndpoint(uri, source);
    }

    private IEnumerable<string> DefaultSockets()
    {
        yield return "/var/run/docker.sock";
        if (_variable("XDG_RUNTIME_DIR") is { Length: > 0 } runtimeDirectory)
        {
            yield return Path.Combine(runtimeDirectory, "docker.sock");
        }

        yield return Path.Combine(_home, ".docker", "run", "docker.sock");
        yield return "/run/podman/podman.sock";
    }

    private string ConfigDirectory() =>
        _variable("DOCKER_CONFIG") is { Length: > 0 } directory ? directory : Path.Combine(_home, ".docker");

    private string? CurrentContext()
    {
        var path = Path.Combine(ConfigDirectory(), "config.json");
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = Read(path);
        return document.RootElement.TryGetProperty("currentContext", out var context) ? context.GetString() : null;
    }

    private string ContextHost(string context)
    {
        // Docker names a context's folder by the hash of its name.
        var folder = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(context))).ToLowerInvariant();
        var path = Path.Combine(ConfigDirectory(), "contexts", "meta", folder, "meta.json");
        if (!File.Exists(path))
        {
            throw new CrCacheException(
                ErrorCodes.NoEngine,
                $"The docker context '{context}' does not exist. See `docker context ls`, or set DOCKER_HOST.");
        }

        using var document = Read(path);
        if (document.RootElement.TryGetProperty("Endpoints", out var endpoints)
            && endpoints.TryGetProperty("docker", out var docker)
            && docker.TryGetProperty("Host", out var host)
            && host.GetString() is { Length: > 0 } address)
        {
            return address;
        }

        throw new CrCacheException(ErrorCodes.NoEngine, $"The docker context '{context}' names no engine. See `docker context inspect {context}`.");
    }

    private static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.NoEngine, $"Docker's configuration {path} cannot be read: {e.Message}", e);
        }
    }
}
