using System.Diagnostics;
using System.Globalization;
using CrCache.Engines;

namespace CrCache.Sdk.Tests;

/// <summary>Nothing is left behind, however a test host ends.</summary>
[Collection(SamplesGroup.Name)]
public sealed class KilledTestHostTests(SamplesFixture samples)
{
    private static readonly TimeSpan s_removedWithin = TimeSpan.FromSeconds(5);

    [EngineFact]
    public async Task Containers_of_a_killed_test_host_go_at_once()
    {
        await samples.Quickstart.EnsureBuiltAsync();
        var probe = Path.Combine(samples.Quickstart.Directory, "held.txt");
        var run = samples.Quickstart.RunAsync([("PROBE_FILE", probe), ("PROBE_HOLD", "1")], "test", "--no-build");
        while (!File.Exists(probe))
        {
            Assert.False(run.IsCompleted, run.IsCompleted ? (await run).Log : "");
            await Task.Delay(50);
        }

        using var engine = EngineLocator.Open(new EngineLocator().Locate());
        var mine = await ContainersOfAsync(engine, samples.Quickstart);
        Assert.Single(mine);
        var testHost = File.ReadLines(probe).First().Split('=')[1];
        Process.GetProcessById(int.Parse(testHost, CultureInfo.InvariantCulture)).Kill();

        var clock = Stopwatch.StartNew();
        while ((await engine.ListContainersAsync("crcache", default)).Any(container => mine.Contains(container.Id)))
        {
            Assert.True(clock.Elapsed < s_removedWithin, $"the container is still there after {clock.Elapsed.TotalSeconds:0.0} s");
            await Task.Delay(50);
        }

        (await run).Failed().Says("Test host process crashed");
    }

    // Other tests may use the same engine at the same time: a container is ours when the lease that owns it has our checkpoint.
    private static async Task<string[]> ContainersOfAsync(IEngine engine, Sample sample)
    {
        var all = await engine.ListContainersAsync("crcache", default);
        return all.Where(container => CommandLineOf(container.Labels["crcache.owner"].Split('/')[3]).Contains(sample.Generated, StringComparison.Ordinal))
            .Select(container => container.Id)
            .ToArray();
    }

    private static string CommandLineOf(string processId)
    {
        var file = $"/proc/{processId}/cmdline";
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
