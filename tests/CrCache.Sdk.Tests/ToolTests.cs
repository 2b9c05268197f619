using System.Diagnostics;
using System.IO.Compression;

namespace CrCache.Sdk.Tests;

/// <summary>Which of the package's commands is started, and the command as a tool of its own.</summary>
[Collection(SamplesGroup.Name)]
public sealed class ToolTests(SamplesFixture samples)
{
    private const string WithoutDotNet = "-p:_CrCacheDotNetHost=no-such-dotnet";

    [NativeFact]
    public async Task Machine_code_is_started_where_it_can_be_and_dotnet_elsewhere()
    {
        var sample = samples.CopyQuickstart("tool", project => project.Replace("\"mysql\"", "\"redis\"", StringComparison.Ordinal));
        (await sample.RunAsync("build", WithoutDotNet)).Succeeded().Says("CrCache: redis: checkpoint ");

        // The same files, but for the right to execute one.
        var tools = Path.Combine(sample.Directory, "tools");
        samples.CopyTools(tools);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(tools, "linux-x64", "crcache"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var tool = $"-p:CrCacheTool={Path.Combine(tools, "crcache.dll")}";
        (await sample.RunAsync("build", "-t:Rebuild", tool)).Succeeded().Says("CrCache: redis: checkpoint found");
        (await sample.RunAsync("build", "-t:Rebuild", tool, WithoutDotNet)).Failed().Says("error CRC5002:");
    }

    [NativeFact]
    public async Task Installed_as_a_tool_it_is_machine_code_and_there_is_one_for_other_systems()
    {
        var feed = await samples.PackToolAsync();
        var directory = Path.Combine(feed, "installed");
        (await DotNet.RunAsync(feed, "tool", "install", "crcache", "--version", samples.Version, "--source", feed, "--tool-path", directory)).Succeeded();
        using (var installed = Process.Start(new ProcessStartInfo(Path.Combine(directory, "crcache"), "--version") { RedirectStandardOutput = true, Environment = { ["DOTNET_ROOT"] = "/nowhere", ["PATH"] = "/nowhere" } })!)
        {
            Assert.NotEmpty(await installed.StandardOutput.ReadToEndAsync());
            await installed.WaitForExitAsync();
            Assert.Equal(0, installed.ExitCode);
        }

        var other = Path.Combine(feed, "other");
        ZipFile.ExtractToDirectory(Path.Combine(feed, $"crcache.any.{samples.Version}.nupkg"), other);
        (await DotNet.RunAsync(feed, Path.Combine(other, "tools", "net10.0", "any", "crcache.dll"), "--version")).Succeeded();
    }
}
