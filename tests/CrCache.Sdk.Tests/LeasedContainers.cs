using System.Globalization;
using CrCache.Engines;
using CrCache.Engines.Docker;

namespace CrCache.Sdk.Tests;

/// <summary>Looks at the engine: which containers of a sample's tests there are.</summary>
internal sealed class LeasedContainers : IDisposable
{
    private readonly IEngine _engine = DockerEngines.Open(new EngineLocator().Locate());

    public void Dispose() => _engine.Dispose();

    // Other tests may use the same engine at the same time: a container is ours when the lease that owns it has our checkpoint.
    public async Task<LeasedContainer[]> OfAsync(Sample sample)
    {
        var all = await _engine.ListContainersAsync("crcache", default);
        return all.Select(container => new LeasedContainer(
            container.Id, int.Parse(container.Labels["crcache.owner"].Split('/')[^2], CultureInfo.InvariantCulture)))
            .Where(container => container.LeaseCommandLine.Contains(sample.Generated, StringComparison.Ordinal))
            .ToArray();
    }

    /// <summary>Waits until they are gone, and their leases with them.</summary>
    public Task AreGoneAsync(LeasedContainer[] containers, TimeSpan limit)
    {
        var left = "";
        return Eventually.FindAsync(
            limit,
            async () => (left = await LeftAsync(containers)).Length == 0 ? left : null,
            () => $"still there after {limit.TotalSeconds} s: {left}");
    }

    private async Task<string> LeftAsync(LeasedContainer[] containers)
    {
        var all = await _engine.ListContainersAsync("crcache", default);
        return string.Join(
            ", ",
            containers.Where(container => all.Any(other => other.Id == container.Id)).Select(container => $"container {container.Id}")
                .Concat(
                    containers.Where(container => container.LeaseCommandLine.Length > 0).Select(container => $"lease {container.Lease}")));
    }
}
