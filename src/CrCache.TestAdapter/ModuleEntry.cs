namespace CrCache.TestAdapter;

/// <summary>
/// What the test assembly's own module initializer calls (build/ContainerLease.cs of the package): the way to the containers in
/// a host that does not know of the collector, such as <c>dotnet vstest a.dll b.dll</c> or an IDE's own runner.
/// </summary>
public static class ModuleEntry
{
    /// <summary>Acquires the containers of the assembly, unless the collector has, or the host only looks which tests there are.</summary>
    /// <param name="settingsFile">The file that the build has written beside the assembly.</param>
    public static void Enter(string settingsFile) => HeldLease.Acquire(() =>
    {
        var settings = LeaseSettings.Load(settingsFile);
        return HeldLease.IsInherited(settings) || TestHost.IsDiscovering(settings.Source) ? null : settings;
    });
}
