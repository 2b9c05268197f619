using System.Diagnostics;
using System.Globalization;

namespace CrCache.Sdk.Tests;

/// <summary>Nothing is left behind, whichever processes of a test run are killed.</summary>
[Collection(SamplesGroup.Name)]
public sealed class KilledTestHostTests(SamplesFixture samples) : IDisposable
{
    private static readonly TimeSpan s_removedWithin = TimeSpan.FromSeconds(5);
    private readonly LeasedContainers _containers = new();

    public void Dispose() => _containers.Dispose();

    [Requires(Need.Engine)]
    public async Task Containers_of_a_killed_test_host_go_at_once()
    {
        var (run, processes, mine) = await StartAsync();
        Kill(processes[^1]);
        await _containers.AreGoneAsync(mine, s_removedWithin);
        (await run).Failed().Says("Test host process crashed");
    }

    [Requires(Need.Engine)]
    public async Task Containers_of_a_killed_test_run_go_at_once()
    {
        var (run, processes, mine) = await StartAsync();

        // Who kills the whole group of the run, as timeout and CI do, does not kill what cleans up.
        Assert.All(mine, container => Assert.NotEqual(GroupOf(processes[0]), GroupOf(container.Lease)));
        Kill(processes);
        await _containers.AreGoneAsync(mine, s_removedWithin);
        (await run).Failed();
    }

    [Requires(Need.Engine)]
    public async Task What_a_run_leaves_that_is_killed_with_its_lease_the_next_one_removes()
    {
        var (run, processes, mine) = await StartAsync();
        Kill([.. processes, .. mine.Select(container => container.Lease)]);
        (await run).Failed();
        (await samples.Quickstart.RunAsync("test", "--no-build")).Succeeded();
        await _containers.AreGoneAsync(mine, TimeSpan.Zero);
    }

    // A run that is in the middle of a test; its processes, dotnet test first and the test host last; its containers.
    private async Task<(Task<CommandResult> Run, int[] Processes, LeasedContainer[] Containers)> StartAsync()
    {
        await samples.Quickstart.EnsureBuiltAsync();
        var probe = Path.Combine(samples.Quickstart.Directory, "held.txt");
        File.Delete(probe);
        var run = samples.Quickstart.RunAsync([("PROBE_FILE", probe), ("PROBE_HOLD", "1")], "test", "--no-build");
        while (!File.Exists(probe))
        {
            Assert.False(run.IsCompleted, run.IsCompleted ? (await run).Log : "");
            await Task.Delay(50);
        }

        var containers = await _containers.OfAsync(samples.Quickstart);
        Assert.Single(containers);
        var testHost = int.Parse(File.ReadLines(probe).First().Split('=')[1], CultureInfo.InvariantCulture);
        var processes = new List<int>();
        for (var process = testHost; process != Environment.ProcessId; process = ParentOf(process))
        {
            processes.Insert(0, process);
        }

        Assert.True(processes.Count >= 3, "dotnet test, vstest.console, the test host");
        return (run, [.. processes], containers);
    }

    private static int ParentOf(int process) => Stat(process, 1);

    private static int GroupOf(int process) => Stat(process, 2);

    // The name in parentheses may hold anything; the state, the parent and the group follow it.
    private static int Stat(int process, int field) =>
        int.Parse(
            File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[field],
            CultureInfo.InvariantCulture);

    // All with one call: none of them is to see another one's end.
    private static void Kill(params IEnumerable<int> processes)
    {
        using var kill = Process.Start("kill", ["-KILL", .. processes.Select(process => process.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }
}
