using CrCache.Diagnostics;

namespace CrCache.Engines.Docker;

/// <summary>Opens engines that serve the Docker Engine API: Docker itself, and Podman.</summary>
public static class DockerEngines
{
    /// <summary>Opens a client of the engine at an address. Nothing is sent yet.</summary>
    /// <exception cref="CrCacheException">The address is of a kind that cannot be used (CRC1003).</exception>
    public static IEngine Open(EngineEndpoint endpoint) => endpoint.Address.Scheme == "unix"
        ? new DockerEngine(endpoint)
        : throw new CrCacheException(
            ErrorCodes.UnsupportedEndpoint,
            $"The engine's address {endpoint} is of a kind that crcache cannot use yet. "
            + "Use an engine on a unix socket: DOCKER_HOST=unix:///path/to/docker.sock.");
}
