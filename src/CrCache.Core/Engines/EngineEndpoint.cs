namespace CrCache.Engines;

/// <summary>An engine's address and where it was found.</summary>
/// <param name="Address">For instance <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="Source">What named it, for people: <c>DOCKER_HOST</c>, <c>context desktop-linux</c>, <c>the default</c>.</param>
public sealed record EngineEndpoint(Uri Address, string Source)
{
    /// <inheritdoc />
    public override string ToString() => $"{Address.OriginalString} ({Source})";
}
