namespace CrCache.Sdk.Tests;

/// <summary>Which of the package's commands is started.</summary>
[Collection(SamplesGroup.Name)]
public sealed class ToolTests(SamplesFixture samples)
{
    private const string WithoutDotNet = "-p:_CrCacheDotNetHost=no-such-dotnet";

    [Requires(Need.Engine | Need.MachineCode)]
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
}
