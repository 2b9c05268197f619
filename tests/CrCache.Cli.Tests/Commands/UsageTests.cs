namespace CrCache.Cli.Tests.Commands;

[Collection(ConsoleGroup.Name)]
public sealed class UsageTests
{
    [Theory]
    [InlineData("", "Required command")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("--frobnicate", "--frobnicate")]
    [InlineData("checkpoint", "crcache checkpoint mysql")]
    [InlineData("checkpoint --item", "--item")]
    [InlineData("checkpoint mysql --registry", "--registry")]
    [InlineData("push", "crcache push mysql")]
    [InlineData("pull", "crcache pull mysql")]
    [InlineData("explain", "crcache explain mysql")]
    [InlineData("explain mysql --item a.item.json", "crcache explain mysql")]
    [InlineData("explain mysql redis", "name one preset, or one item file")]
    [InlineData("checkpoint mysql --item", "--item")]
    [InlineData("push --item", "--item")]
    [InlineData("explain --item", "--item")]
    [InlineData("remove --all=some", "crcache remove mysql")]
    [InlineData("store prune --all=some", "some")]
    [InlineData("logs", "Required argument 'name' missing")]
    [InlineData("logs mysql --tail", "--tail")]
    [InlineData("logs mysql --tail -1", "1 or more")]
    [InlineData("logs mysql --tail 0", "1 or more")]
    [InlineData("logs mysql --tail many", "1 or more")]
    [InlineData("remove", "crcache remove mysql")]
    [InlineData("remove mysql --all", "crcache remove mysql")]
    [InlineData("store", "Required command")]
    [InlineData("store prune --size much", "'much' cannot be used for --size. Write")]
    [InlineData("store prune --size 1GB --size 2GB", "--size")]
    [InlineData("store prune --older-than 30", "'30' cannot be used for --older-than. Write")]
    [InlineData("store prune --older-than d", "'d' cannot be used for --older-than. Write")]
    [InlineData("store prune --all --size 1GB", "--all leaves nothing")]
    [InlineData("store prune --all --older-than 1d", "--all leaves nothing")]
    [InlineData("report /no/such/folder", "/no/such/folder")]
    [InlineData("runtime", "Required command")]
    [InlineData("runtime configure", "--runtime")]
    [InlineData("runtime configure --runtime podman", "podman")]
    [InlineData("lease --pipe p", "--checkpoint")]
    [InlineData("lease --checkpoint a --pipe p --parent none", "none")]
    [InlineData("completion", "Required argument 'shell' missing")]
    [InlineData("completion csh", "csh")]
    [InlineData("run", "crcache run mysql -- npm test")]
    [InlineData("run -- true", "crcache run mysql -- npm test")]
    [InlineData("run mysql", "crcache run mysql -- npm test")]
    [InlineData("run mysql --", "crcache run mysql -- npm test")]
    [InlineData("run mysql mysql -- true", "name each container once")]
    [InlineData("run redis:2 redis-1 -- true", "variables of redis-1 could not be told apart")]
    [InlineData("run a.b --preset redis a-b --preset redis -- true", "variables of a.b and a-b could not be told apart")]
    [InlineData("run --setup a.sql mysql -- true", "--setup belongs to the name before it")]
    [InlineData("run mysql --setup -- true", "--setup")]
    [InlineData("run mysql --setpu a.sql -- true", "there is no option --setpu")]
    [InlineData("run mysql --setpu=a.sql -- true", "there is no option --setpu")]
    [InlineData("run mysql --env NAME -- true", "'NAME' cannot be used for --env of mysql. Write NAME=VALUE")]
    [InlineData("run mysql --env =VALUE -- true", "Write NAME=VALUE")]
    [InlineData("run mysql --image a --image b -- true", "--image is there twice for mysql")]
    [InlineData("run mysql --image= -- true", "--image")]
    [InlineData("run mysql:8.4 -- true", "For that image write: mysql --image mysql:8.4")]
    [InlineData("run mysql:0 -- true", "for copies, 1 to 16: mysql:2")]
    [InlineData("run mysql:17 -- true", "for copies, 1 to 16: mysql:2")]
    [InlineData("run my/sql -- true", "'my/sql' is no name")]
    [InlineData("run --item a.item.json --env A=1 -- true", "--env stands after the item file a.item.json")]
    [InlineData("checkpoint mysql:2", "mysql --image mysql:2")]
    [InlineData("checkpoint --json", "crcache checkpoint mysql")]
    [InlineData("remove --json", "crcache remove mysql")]
    [InlineData("store prune --json --size much", "'much' cannot be used for --size. Write")]
    public Task A_command_line_that_is_wrong_says_why_on_standard_error_and_ends_with_2(string commandLine, string why) =>
        AssertWrongAsync(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries), why);

    [Fact]
    public async Task Words_that_are_empty_are_wrong()
    {
        await AssertWrongAsync(["run", "mysql", "--", ""], "crcache run mysql -- npm test");
        await AssertWrongAsync(["run", "mysql", "--", "", "x"], "crcache run mysql -- npm test");
        await AssertWrongAsync(["run", "mysql", "--image", "", "--", "true"], "--image of mysql needs a value");
        await AssertWrongAsync(["run", "", "--", "true"], "'' is no name");
        await AssertWrongAsync(["run", "mysql", "--env", "A=1 ", "--", "true"], "no blanks around it");
        await AssertWrongAsync(["run", "mysql", "--env", "A=1\nB=2", "--", "true"], "on one line");
        await AssertWrongAsync(["store", "prune", "--size", ""], "--size");
    }

    [Theory]
    [InlineData("--help", "Commands:")]
    [InlineData("--version", ".")]
    [InlineData("checkpoint --help", "--registry-mode <mode>")]
    [InlineData("store list", "0 archives, 0 B of ")]
    [InlineData("store prune --older-than 30d --size 2GB", "0 archives")]
    [InlineData("store verify", "0 archives")]
    [InlineData("completion zsh", "[suggest:")]
    public async Task What_is_right_ends_with_0_and_answers_on_standard_output(string commandLine, string answer)
    {
        var done = await CommandLine.RunAsync(commandLine.Split(' '));
        Assert.Equal((0, ""), (done.ExitCode, done.Error));
        Assert.Contains(answer, done.Output, StringComparison.Ordinal);
    }

    private static async Task AssertWrongAsync(string[] arguments, string why)
    {
        var done = await CommandLine.RunAsync(arguments);
        Assert.True(done.ExitCode == 2, $"{done.ExitCode}\n{done.Output}\n{done.Error}");
        Assert.Contains(why, done.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CRC9001", done.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", done.Output + done.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("{", done.Output, StringComparison.Ordinal);
    }
}
