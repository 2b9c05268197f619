using System.Diagnostics;

namespace CrCache.Cli.Tests.Commands;

/// <summary>sdk-samples/node and sdk-samples/python as a user would run them.</summary>
[Collection(EngineTests.Name)]
public sealed class LanguageSampleTests(EngineFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache sample ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine, "node", "npm")]
    public async Task Four_runs_of_Node_at_once_pass_and_share_nothing()
    {
        Copy(Repository.In("sdk-samples", "node"), _folder);
        await InstallAsync();

        // The checkpoint is made once, before: four that make it would wait for the first.
        using var checkpoint = Start("checkpoint", "redis", "--setup", "seed/*.redis");
        await checkpoint.WaitAsync();
        Assert.True(checkpoint.ExitCode == 0, checkpoint.Error);
        var runs = Enumerable.Range(0, 4).Select(_ => Start("run", "redis", "--setup", "seed/*.redis", "--", "npm", "test")).ToArray();
        foreach (var run in runs)
        {
            using (run)
            {
                await run.WaitAsync();
                Assert.True(run.ExitCode == 0, run.Output + run.Error);
                Assert.Matches("(?m)^# pass 2|ℹ pass 2", run.Output);
                Assert.Empty(await fixture.ContainersOfAsync(run.Id));
            }
        }
    }

    [Requires(Need.Engine, "python3")]
    public async Task Tests_of_Python_have_two_copies_of_one_checkpoint()
    {
        Copy(Repository.In("sdk-samples", "python"), _folder);
        using var run = Start("run", "redis:2", "--setup", "seed/*.redis", "--", "python3", "-m", "unittest");
        await run.WaitAsync();
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Matches("Ran 2 tests", run.Error);
        Assert.Matches("redis-1 (restored|started) ", run.Error);
        Assert.Matches("redis-2 (restored|started) ", run.Error);
        Assert.Single(run.Error.Split('\n'), line => line.StartsWith("redis: checkpoint ", StringComparison.Ordinal));
        Assert.Empty(await fixture.ContainersOfAsync(run.Id));
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

    private Tool Start(params string[] arguments) => Tool.Start(["env", "-C", _folder], fixture.Environment, arguments);

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
