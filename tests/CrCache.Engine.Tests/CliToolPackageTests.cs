using System.Diagnostics;

namespace CrCache.Engine.Tests;

/// <summary>The package <c>crcache</c>, installed as a .NET tool.</summary>
[Collection(EngineTests.Name)]
public sealed class CliToolPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache tool ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [EngineFact]
    public async Task It_is_packed_installed_and_runs_with_its_runtime_inside()
    {
        // As it was built: a build here would write what other tests run.
        var configuration = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(Tool.Path)))!;
        await RunAsync(
            "dotnet", "pack", Path.Combine(Tool.RepositoryRoot, "src", "CrCache.Cli"), "--no-build", "--configuration", configuration, "--output", _folder, "--nologo");
        var config = Path.Combine(_folder, "nuget.config");
        await File.WriteAllTextAsync(
            config, $"""<configuration><packageSources><clear /><add key="here" value="{_folder}" /></packageSources></configuration>""");
        var tools = Path.Combine(_folder, "tools");
        await RunAsync("dotnet", "tool", "install", "crcache", "--tool-path", tools, "--configfile", config, "--prerelease");
        var tool = Path.Combine(tools, "crcache");
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", await RunAsync(tool, "--version"));
        Assert.Contains("(--engine)", await RunAsync(tool, "doctor", "--engine", new Engines.EngineLocator().Locate().Address.OriginalString), StringComparison.Ordinal);

        // `crcache runtime configure` installs this one.
        Assert.Single(Directory.GetFiles(tools, "crcache-runc", SearchOption.AllDirectories));
        var root = Directory.CreateDirectory(Path.Combine(_folder, "root")).FullName;
        await RunAsync(tool, "runtime", "configure", "--runtime", "docker", "--root", root);
        Assert.True(File.Exists(Path.Combine(root, "usr", "local", "sbin", "crcache-runc")));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}{await error}");
        return output;
    }
}
