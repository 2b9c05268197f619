using CrCache.Diagnostics;

namespace CrCache.Engines.Docker;

/// <summary>Opens engines that serve the Docker Engine API: Docker itself, and Podman.</summary>
public static class DockerEngines
{
    /// <summary>Opens a client of the engine at an address. Nothing is sent yet.</summary>
    /// <param name="endpoint">Its address.</param>
    /// <param name="left">Told, once, why something that was to be removed stays.</param>
    /// <param name="ending">
    /// Cancelled when the user has asked the process to end, and waits for that: an engine that hangs is then given up within 2 s, and
    /// one that answers after 15 s. What it should still have removed, the next command removes.
    /// </param>
    /// <exception cref="CrCacheException">The address is of a kind that cannot be used (CRC1003).</exception>
    public static IEngine Open(EngineEndpoint endpoint, Action<CrCacheException>? left = null, CancellationToken ending = default) =>
        endpoint.Address.Scheme == "unix"
            ? new DockerEngine(endpoint, new EngineWatch(endpoint, EnginePatience.Usual, ending), left)
            : throw new CrCacheException(
                ErrorCodes.UnsupportedEndpoint,
                $"The engine's address {endpoint} is of a kind that crcache cannot use yet. "
                + "Use an engine on a unix socket: DOCKER_HOST=unix:///path/to/docker.sock.");
}
