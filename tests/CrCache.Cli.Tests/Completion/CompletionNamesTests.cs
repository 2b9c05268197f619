using CrCache.Installed;

namespace CrCache.Cli.Tests.Completion;

[Collection(ConsoleGroup.Name)]
public sealed class CompletionNamesTests(ConsoleGroup.Home home)
{
    [Fact]
    public async Task Names_of_presets_and_of_what_was_made_are_completed()
    {
        Assert.Contains("mysql", await CompleteAsync("crcache checkpoint "));
        Assert.Contains("redis", await CompleteAsync("crcache run mysql re"));
        Assert.Contains("redis", await CompleteAsync("crcache explain re"));
        new InstalledCheckpoints(home.Folder).Save(new InstalledCheckpoint
        {
            Key = new string('a', 64),
            EngineId = "engine",
            Name = "an-item",
            Created = DateTimeOffset.UtcNow,
            ColdSeconds = 1,
        });
        Assert.Contains("an-item", await CompleteAsync("crcache remove an"));
        Assert.Contains("an-item", await CompleteAsync("crcache logs an"));
        var shells = await CompleteAsync("crcache completion ");
        Assert.Equal(["bash", "fish", "pwsh", "zsh"], shells.Where(name => !name.StartsWith('-')));
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_completed_and_no_error()
    {
        // A circle of links, below which nothing can be listed.
        var folder = Directory.CreateTempSubdirectory("crcache circle ").FullName;
        var circle = Path.Combine(folder, "engines");
        Directory.CreateSymbolicLink(Path.Combine(folder, "a"), circle);
        Directory.CreateSymbolicLink(circle, Path.Combine(folder, "a"));
        Environment.SetEnvironmentVariable("CRCACHE_HOME", folder);
        try
        {
            Assert.Empty(await CompleteAsync("crcache remove an-"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CRCACHE_HOME", home.Folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    // As a shell's script asks.
    private static async Task<string[]> CompleteAsync(string line)
    {
        var done = await CommandLine.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal((0, ""), (done.ExitCode, done.Error));
        return done.Output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
