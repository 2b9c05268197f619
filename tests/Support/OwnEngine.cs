namespace CrCache.Tests;

/// <summary>The engine of our own that <c>./build.cmd engine</c> makes, where there is one.</summary>
internal static class OwnEngine
{
    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable("CRCACHE_ENGINE_DIR") ?? "/var/lib/crcache-engine";

    /// <summary>The socket that it answers at.</summary>
    public static string Socket { get; } = Path.Combine(Folder, "run/docker.sock");
}
