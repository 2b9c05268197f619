using System.Runtime.Versioning;

namespace CrCache.Cli.Tests.Commands;

[Collection(EngineTests.Name)]
public sealed class RunTests(EngineFixture fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Requires(Need.Engine)]
    public async Task The_command_gets_the_variables_and_its_exit_code_is_returned()
    {
        using var run = await Tool.RunAsync(fixture.Environment, "run", "redis", "--", "sh", "-c", "env; exit 7");
        Assert.True(run.ExitCode == 7, run.Error);
        Assert.Matches("(?m)^ConnectionStrings__redis=127.0.0.1:[0-9]+$", run.Output);
        Assert.Matches("(?m)^services__redis__tcp__0=tcp://127.0.0.1:[0-9]+$", run.Output);
        Assert.Matches("(?m)^CRCACHE_REDIS_HOST=127.0.0.1$", run.Output);
        Assert.Matches("(?m)^CRCACHE_REDIS_PORT=[0-9]+$", run.Output);
        Assert.Empty(await fixture.ContainersOfAsync(run.Id));
    }

    [Requires(Need.Engine)]
    public async Task Arguments_after_the_separator_belong_to_the_command()
    {
        using var run = await Tool.RunAsync(fixture.Environment, "run", "redis", "--", "echo", "--help", "--", "two words");
        Assert.Equal("--help -- two words", run.Output.Trim());
    }

    [Requires(Need.Engine)]
    public async Task A_command_that_does_not_exist_is_an_error()
    {
        using var run = await Tool.RunAsync(fixture.Environment, "run", "redis", "--", "no-such-command");
        Assert.Equal(127, run.ExitCode);
        Assert.Contains("CRC2008", run.Error, StringComparison.Ordinal);
        Assert.Contains("'no-such-command'", run.Error, StringComparison.Ordinal);
        Assert.Empty(await fixture.ContainersOfAsync(run.Id));
    }

    // The folder may be somebody else's, with an npm in it.
    [Requires(Need.Engine | Need.Linux, "sh")]
    [SupportedOSPlatform("linux")]
    public async Task A_command_in_the_current_directory_is_run_only_when_that_is_said()
    {
        using var folder = new TemporaryFolder();
        File.SetUnixFileMode(folder.Write("crcache-here", "#!/bin/sh\necho theirs\n"), (UnixFileMode)0x1ed);
        string[] there = ["env", "-C", folder.Path];
        using var run = Tool.Start(there, fixture.Environment, ["run", "redis", "--", "crcache-here"]);
        await run.WaitAsync();
        Assert.Equal((127, ""), (run.ExitCode, run.Output));
        Assert.Contains("CRC2008: The command 'crcache-here' is not on the PATH", run.Error, StringComparison.Ordinal);

        using var said = Tool.Start(there, fixture.Environment, ["run", "redis", "--", "./crcache-here"]);
        await said.WaitAsync();
        Assert.Equal((0, "theirs\n"), (said.ExitCode, said.Output));
    }

    [Requires(Need.Engine)]
    public async Task Without_a_command_it_says_how_to_write_one()
    {
        using var run = await Tool.RunAsync(fixture.Environment, "run", "redis");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("crcache run mysql -- npm test", run.Error, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task An_unknown_name_is_an_error_before_anything_is_started()
    {
        using var run = await Tool.RunAsync(fixture.Environment, "run", "mysqll", "--", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("CRC2003", run.Error, StringComparison.Ordinal);
        Assert.Contains("mysql", run.Error, StringComparison.Ordinal);
    }

    // The first of them would be, if each were looked at only when its turn comes.
    [Theory]
    [InlineData("CRC2005", "redis", "db", "--preset", "mysql", "--setup", "no such file.sql")]
    [InlineData("CRC2005", "redis", "db", "--image", "redis:8", "--mode", "quick")]
    [InlineData("CRC2007", "redis", "--item", "/no/such.item.json")]
    public async Task What_is_wrong_with_an_item_is_an_error_before_anything_is_started(string code, params string[] items)
    {
        var environment = new Dictionary<string, string> { ["DOCKER_HOST"] = "unix:///no/such/docker.sock" };
        using var run = await Tool.RunAsync(environment, ["run", .. items, "--", "true"]);
        Assert.Equal(125, run.ExitCode);
        Assert.Contains($"error {code}: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CRC1001", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_file_is_called_as_its_item()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("other.item.json", """{ "name": "db", "directory": "/", "metadata": { "Preset": "redis" } }""");
        using var run = await Tool.RunAsync("run", "--item", file, "--", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("error CRC2002: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("'db'", run.Error, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task No_engine_is_an_error_that_says_what_to_do()
    {
        var environment = new Dictionary<string, string> { ["DOCKER_HOST"] = "unix:///no/such/docker.sock" };
        using var run = await Tool.RunAsync(environment, "run", "redis", "--", "true");
        Assert.Equal(125, run.ExitCode);
        Assert.Contains("CRC1001", run.Error, StringComparison.Ordinal);
        Assert.Contains("/no/such/docker.sock", run.Error, StringComparison.Ordinal);
        Assert.Contains("DOCKER_HOST", run.Error, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task SIGTERM_ends_the_command_and_removes_the_containers()
    {
        using var run = Tool.Start(
            fixture.Environment, "run", "redis", "--", "sh", "-c", "trap 'exit 3' TERM; echo up; while :; do sleep 0.1; done");
        await run.WaitForLineAsync("up");
        Assert.Single(await fixture.CopiesOfAsync(run.Id));
        run.Signal("TERM");
        await run.WaitAsync();
        Assert.Equal(3, run.ExitCode);
        await fixture.AssertGoneWithinAsync(Soon, run.Id);
    }

    [Requires(Need.Engine)]
    public async Task What_a_killed_run_leaves_the_next_one_removes()
    {
        using var run = Tool.Start(
            fixture.Environment, "run", "redis", "--", "sh", "-c", "echo up; while kill -0 $PPID 2>&-; do sleep 0.1; done");
        await run.WaitForLineAsync("up");
        Assert.Single(await fixture.CopiesOfAsync(run.Id)); // afterwards another test's crcache may be the next one
        run.Signal("KILL");
        await run.WaitAsync();
        using var next = await Tool.RunAsync(fixture.Environment, "run", "redis", "--", "true");
        Assert.True(next.ExitCode == 0, next.Error);
        Assert.Empty(await fixture.ContainersOfAsync(run.Id));
    }
}
