using System.Diagnostics;

namespace CrCache.Cli.Tests.Commands;

/// <summary>sdk-samples/node as a user would run it.</summary>
[Collection(EngineTests.Name)]
public sealed class NodeSampleTests(EngineFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache node ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine, "node", "npm")]
    public async Task Four_runs_at_once_pass_and_share_nothing()
    {
        Copy(Repository.In("sdk-samples", "node"), _folder);
        await InstallAsync();

        // The checkpoint is made once, before: four that make it would wait for the first.
        using var checkpoint = await Tool.RunAsync(fixture.Environment, "checkpoint", "redis");
        Assert.True(checkpoint.ExitCode == 0, checkpoint.Error);
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(
                _ => Tool.RunAsync(fixture.Environment, "run", "redis", "--", "npm", "--prefix", _folder, "test")));
        foreach (var run in runs)
        {
            using (run)
            {
                Assert.True(run.ExitCode == 0, run.Output + run.Error);
                Assert.Matches("(?m)^# pass 2|ℹ pass 2", run.Output);
                Assert.Empty(await fixture.ContainersOfAsync(run.Id));
            }
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("node_modules", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }

    private async Task InstallAsync()
    {
        using var npm = Process.Start(
            new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = _folder,
                RedirectStandardError = true,
            })!;
        var error = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, error);
    }
}
