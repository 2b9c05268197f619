using CrCache.Diagnostics;
using CrCache.DockerConfiguration;

namespace CrCache.Engines;

/// <summary>
/// Finds the engine as the docker command line does: DOCKER_HOST, then DOCKER_CONTEXT or the current context of
/// docker's configuration, then the default sockets (rootless ones too).
/// </summary>
public sealed class EngineLocator
{
    private readonly Func<string, string?> _variable;
    private readonly string _home;
    private readonly DockerSettings _settings;

    /// <summary>Creates a locator that reads this process's environment.</summary>
    public EngineLocator()
        : this(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile))
    {
    }

    internal EngineLocator(Func<string, string?> variable, string home)
    {
        _variable = variable;
        _home = home;
        _settings = new DockerSettings(DockerSettings.DirectoryFor(variable, home));
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
                : new EngineEndpoint(_settings.ContextAddress(asked), $"--engine, docker context '{asked}'");
        }

        return asked is "default" ? DefaultEndpoint("--engine, ") : LocateBySettings();
    }

    private EngineEndpoint LocateBySettings()
    {
        if (_variable("DOCKER_HOST") is { Length: > 0 } host)
        {
            return Endpoint(host, "DOCKER_HOST");
        }

        var context = _variable("DOCKER_CONTEXT") is { Length: > 0 } named ? named : _settings.CurrentContext();
        if (context is { Length: > 0 } and not "default")
        {
            return new EngineEndpoint(_settings.ContextAddress(context), $"docker context '{context}'");
        }

        return DefaultEndpoint("");
    }

    private EngineEndpoint DefaultEndpoint(string source) =>
        Endpoint("unix://" + (DefaultSockets().FirstOrDefault(File.Exists) ?? "/var/run/docker.sock"), source + "the default socket");

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
}
