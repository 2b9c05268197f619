using System.Diagnostics;

namespace CrCache.Engine.Tests.Archives;

/// <summary>The archive is read by the reader of Podman's and CRI-O's archives.</summary>
[Collection(EngineTests.Name)]
public sealed class CheckpointctlTests(EngineFixture fixture)
{
    [Requires(Need.Engine, "checkpointctl")]
    public async Task Show_lists_the_container()
    {
        var output = await RunAsync("show");
        Assert.Matches("redis +redis:8 +[0-9a-f]{12} +crcache +.* Podman +[0-9.]+ MiB", output);
    }

    [Requires(Need.Engine, "checkpointctl")]
    public async Task Inspect_shows_sizes_statistics_mounts_and_processes()
    {
        var output = await RunAsync("inspect", "--all");
        Assert.Contains("Image: redis:8", output, StringComparison.Ordinal);
        Assert.Contains("Runtime: crcache", output, StringComparison.Ordinal);
        Assert.Matches("Checkpoint size: [0-9.]+ [KM]iB", output);
        Assert.Matches("Pages written: [1-9]", output);
        Assert.Matches(@"Process tree\n.*\[1\]", output);
        Assert.Contains("0.0.0.0:6379", output, StringComparison.Ordinal);
        Assert.Contains("Destination: /data", output, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var archive = await fixture.RedisArchiveAsync();
        using var process = Process.Start(new ProcessStartInfo(Programs.Find("checkpointctl")!, [.. arguments, archive])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output + await error);
        return output;
    }
}
