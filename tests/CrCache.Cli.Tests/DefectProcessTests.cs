using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CrCache.Cli.Tests;

/// <summary>A failure that no caller can catch, in a process of its own.</summary>
public sealed class DefectProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache defect ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_thread_that_fails_is_a_line_with_a_code_and_no_stack_trace()
    {
        // A lease that waits for its client, which does not come.
        var tool = Repository.Tool;
        var pipe = Path.Combine(_folder, "pipe");
        var start = new ProcessStartInfo(
            "dotnet",
            ["exec", "--runtimeconfig", await WithHooksAsync(tool), tool, "lease", "--pipe", pipe, "--checkpoint", "none.checkpoint"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(DefectProcessTests).Assembly.Location;
        start.Environment[StartupHook.Variable] = pipe;
        start.Environment["CRCACHE_HOME"] = _folder;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.Equal(
            $"crcache: error CRC9001: This is a defect of crcache: System.InvalidTimeZoneException: {StartupHook.Message}. "
            + $"Please report it with these words and with the file {_folder}/last-defect.txt.\n",
            error);
        Assert.Equal(1, process.ExitCode);
    }

    // What is compiled ahead has no hooks, and the executable that is not is built alike.
    private async Task<string> WithHooksAsync(string tool)
    {
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(tool, ".runtimeconfig.json")))!;
        config["runtimeOptions"]!["configProperties"]!["System.StartupHookProvider.IsSupported"] = true;
        var path = Path.Combine(_folder, "runtimeconfig.json");
        await File.WriteAllTextAsync(path, config.ToJsonString());
        return path;
    }
}
