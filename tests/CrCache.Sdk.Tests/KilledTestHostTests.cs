using System.Diagnostics;
using System.Globalization;

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

        using var containers = new LeasedContainers();
        var mine = await containers.OfAsync(samples.Quickstart);
        Assert.Single(mine);
        var testHost = File.ReadLines(probe).First().Split('=')[1];
        Process.GetProcessById(int.Parse(testHost, CultureInfo.InvariantCulture)).Kill();

        await containers.AreGoneAsync(mine, s_removedWithin);
        (await run).Failed().Says("Test host process crashed");
    }
}
