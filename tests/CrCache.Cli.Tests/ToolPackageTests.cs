using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using CrCache.Engines;

namespace CrCache.Cli.Tests;

/// <summary>The package <c>crcache</c>, installed as a .NET tool.</summary>
[Collection(EngineTests.Name)]
public sealed class ToolPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache tool ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    public async Task It_is_packed_installed_and_runs_with_its_runtime_inside()
    {
        await PackAsync();
        var config = Path.Combine(_folder, "nuget.config");
        await File.WriteAllTextAsync(
            config, $"""<configuration><packageSources><clear /><add key="here" value="{_folder}" /></packageSources></configuration>""");
        var tools = Path.Combine(_folder, "tools");
        await RunAsync("dotnet", "tool", "install", "crcache", "--tool-path", tools, "--configfile", config, "--prerelease");
        var tool = Path.Combine(tools, "crcache");
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", await RunAsync(tool, "--version"));
        Assert.Contains(
            "(--engine)",
            await RunAsync(tool, "doctor", "--engine", new EngineLocator().Locate().Address.OriginalString),
            StringComparison.Ordinal);

        // Machine code: nothing is left for dotnet.
        Assert.Equal(
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64,
            Directory.GetFiles(tools, "*.dll", SearchOption.AllDirectories).Length == 0);

        // For other systems: through dotnet.
        var other = Path.Combine(_folder, "any");
        ZipFile.ExtractToDirectory(Directory.GetFiles(_folder, "crcache.any.*.nupkg").Single(), other);
        Assert.Matches(
            @"^[0-9]+\.[0-9]+\.[0-9]+",
            await RunAsync("dotnet", Path.Combine(other, "tools", "net10.0", "any", "crcache.dll"), "--version"));

        // `crcache runtime configure` installs this one.
        Assert.Single(Directory.GetFiles(tools, "crcache-runc", SearchOption.AllDirectories));
        var root = Directory.CreateDirectory(Path.Combine(_folder, "root")).FullName;
        await RunAsync(tool, "runtime", "configure", "--runtime", "docker", "--root", root);
        Assert.Equal(
            ["crcache-runc", "crcache-runc.awk", "crcache-runc.check", "crcache-runc.sh"],
            Directory.GetFiles(Path.Combine(root, "usr", "local", "sbin")).Select(Path.GetFileName).Order());
    }

    // Three packages: the one with the name, which is as it was built, and what it names.
    private async Task PackAsync()
    {
        string[][] parts = [["--no-build"], ["-r", "any"], ["-r", "linux-x64"]];
        foreach (var part in parts)
        {
            await RunAsync(
                "dotnet",
                [
                    "pack",
                    Repository.In("src", "CrCache.Cli"),
                    "--configuration",
                    Repository.Configuration,
                    "--output",
                    _folder,
                    "--nologo",
                    .. part,
                ]);
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}{await error}");
        return output;
    }
}
