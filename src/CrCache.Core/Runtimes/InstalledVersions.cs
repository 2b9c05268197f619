using CrCache.Compatibility;
using CrCache.Engines;
using CrCache.Ownership;

namespace CrCache.Runtimes;

/// <summary>Finds out which versions an engine's machine has.</summary>
public static class InstalledVersions
{
    private const string PodmanEngine = "Podman Engine";

    /// <summary>Versions by component (<see cref="ComponentNames"/>) in the components' own words; null for one that is missing.</summary>
    /// <remarks>
    /// CRIU is known to crcache-runc only: where that is not registered, its line is left out. runc is the one that
    /// crcache-runc finds, or else the one that the engine says it uses.
    /// </remarks>
    public static async Task<IReadOnlyDictionary<string, string?>> ReadAsync(
        IEngine engine, EngineInfo info, CancellationToken cancellationToken)
    {
        var parts = await engine.GetComponentsAsync(cancellationToken).ConfigureAwait(false);
        var versions = new Dictionary<string, string?>
        {
            [parts.ContainsKey(PodmanEngine) ? ComponentNames.Podman : ComponentNames.Docker] = info.Version,
            [ComponentNames.Kernel] = info.Kernel,
        };
        if (parts.TryGetValue(ComponentNames.Runc, out var runc))
        {
            versions[ComponentNames.Runc] = runc;
        }

        if (CrCacheRuntime.IsRegistered(info) && await AskRuntimeAsync(engine, cancellationToken).ConfigureAwait(false) is { } found)
        {
            versions[ComponentNames.Runc] = found.Runc;
            versions[ComponentNames.Criu] = found.Criu;
        }

        return versions;
    }

    private static Task<RuntimeVersions?> AskRuntimeAsync(IEngine engine, CancellationToken cancellationToken)
    {
        var labels = ContainerLabels.Of(ContainerLabels.ForTrial, "versions");
        return TrialImage.UseAsync(
            engine, image => CrCacheRuntime.AskVersionsAsync(engine, image, labels, cancellationToken), cancellationToken);
    }
}
