using System.Diagnostics;
using System.Globalization;

namespace CrCache.Sdk.Tests;

/// <summary>A test run finds its containers whatever the temporary folders of its processes are.</summary>
[Collection(SamplesGroup.Name)]
public sealed class LeaseSocketTests(SamplesFixture samples) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LeasedContainers _containers = new();
    private readonly Sample _quickstart = samples.Quickstart;

    public void Dispose()
    {
        _containers.Dispose();
        _folder.Dispose();
    }

    [Requires(Need.Engine)]
    public async Task A_temporary_folder_may_be_long()
    {
        var name = _folder.File(new string('t', 150));
        Directory.CreateDirectory(name);
        await PassesWithTheLeaseOfTheBuildAsync(name, name);
    }

    [Requires(Need.Engine)]
    public async Task The_test_host_may_have_another_one_than_the_build()
    {
        var (build, host) = (Directory.CreateDirectory(_folder.File("build")), Directory.CreateDirectory(_folder.File("host")));
        await PassesWithTheLeaseOfTheBuildAsync(build.FullName, host.FullName);
    }

    // Not even root can write there. MSBuild cannot do with one; a test host can.
    [Requires(Need.Engine | Need.Linux)]
    public async Task That_of_the_test_host_may_be_read_only() => await PassesWithTheLeaseOfTheBuildAsync(_folder.Path, "/proc/sys");

    // One lease: with a second of the host's own the run would pass as well, half a minute later.
    private async Task PassesWithTheLeaseOfTheBuildAsync(string build, string host)
    {
        await _quickstart.EnsureBuiltAsync();
        var (probe, settings) = (_folder.File("held.txt"), _folder.Write("my.runsettings", $"""
            <RunSettings>
              <RunConfiguration>
                <EnvironmentVariables><TMPDIR>{host}</TMPDIR></EnvironmentVariables>
              </RunConfiguration>
            </RunSettings>
            """));
        var run = _quickstart.RunAsync(
            [("TMPDIR", build), ("PROBE_FILE", probe), ("PROBE_HOLD", "1")], "test", "--no-build", "--settings", settings);
        while (!File.Exists(probe))
        {
            Assert.False(run.IsCompleted, run.IsCompleted ? (await run).Log : "");
            await Task.Delay(50);
        }

        Assert.Single(await _containers.OfAsync(_quickstart));
        var testHost = int.Parse(File.ReadLines(probe).First().Split('=')[1], CultureInfo.InvariantCulture);
        Process.GetProcessById(testHost).Kill();
        (await run).Failed().Says("Test host process crashed");
    }
}
