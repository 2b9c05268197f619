namespace CrCache.Engines;

/// <summary>What a container does now.</summary>
/// <param name="Running">True while its first process lives.</param>
/// <param name="ExitCode">The exit code when it has ended.</param>
/// <param name="PublishedPorts">Host port by container port, for published TCP ports of a running container.</param>
public sealed record ContainerState(bool Running, int ExitCode, IReadOnlyDictionary<int, int> PublishedPorts)
{
    /// <summary>False where the container was created without a network: it sees only its own loopback.</summary>
    public bool HasNetwork { get; init; } = true;
}
