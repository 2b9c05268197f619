using CrCache.Cli;

namespace CrCache.Engine.Tests;

/// <summary>A test that needs Debian's checkpointctl and an engine; where one is not, it is skipped and says how to get it.</summary>
public sealed class CheckpointctlFactAttribute : FactAttribute
{
    public CheckpointctlFactAttribute() => Skip = new EngineFactAttribute().Skip
        ?? (Program is null ? "there is no checkpointctl on this machine; on Debian ./build.cmd setup fetches it" : null);

    internal static string? Program { get; } = Find();

    private static string? Find()
    {
        var own = Path.Combine(Environment.GetEnvironmentVariable("CRCACHE_ENGINE_DIR") ?? "/var/lib/crcache-engine", "checkpointctl/usr/bin/checkpointctl");
        return File.Exists(own) ? own : Programs.WhyMissing("checkpointctl") is null ? "checkpointctl" : null;
    }
}
