namespace CrCache.Cli.Tests.Output;

/// <summary>What a person at a terminal sees, and what Ctrl+C does; each with a real terminal.</summary>
[Collection(EngineTests.Name)]
public sealed class TerminalTests(EngineFixture fixture)
{
    private const string ControlC = "\u0003";

    // Not any escape sequence: .NET itself sets the mode of the keypad.
    private const string MovesOrColors = "\u001b\\[[0-9;]*[A-Zm]";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    // Says each Ctrl+C, and ends with the second one.
    private const string Stubborn =
        "n=0; trap 'n=$((n+1)); echo got $n; [ $n -lt 2 ] || exit 5' INT; echo up $PPID; while :; do sleep 0.05; done";

    [Requires(Need.Engine, "script")]
    public async Task A_terminal_gets_a_display_and_a_final_line_for_each_item()
    {
        using var terminal = Terminal.Start(fixture.Environment, "checkpoint redis");
        Assert.Equal(0, await terminal.WaitAsync());
        Assert.Matches(MovesOrColors, terminal.Output);
        Assert.Matches("✓.*redis", terminal.Output);
        Assert.Matches("checkpoint (made|found) in", terminal.Output);
    }

    [Requires(Need.Engine, "script")]
    public async Task NO_COLOR_CI_and_a_dumb_terminal_get_plain_lines()
    {
        foreach (var variable in new[] { ("NO_COLOR", "1"), ("CI", "true"), ("TERM", "dumb") })
        {
            using var terminal = Terminal.Start(new(fixture.Environment) { [variable.Item1] = variable.Item2 }, "checkpoint redis");
            Assert.Equal(0, await terminal.WaitAsync());
            Assert.DoesNotMatch(MovesOrColors, terminal.Output);
            Assert.Matches("redis: checkpoint (made|found) in", terminal.Output);
        }
    }

    [Requires(Need.Engine, "script")]
    public async Task The_library_of_the_display_is_loaded_on_a_terminal_only()
    {
        const string Count = "run redis -- sh -c 'echo maps $(grep -c Spectre.Console /proc/$PPID/maps)'";
        using var terminal = Terminal.Start(fixture.Environment, Count);
        await terminal.WaitAsync();
        Assert.Matches("maps [1-9]", terminal.Output);
        using var plain = await Tool.RunAsync(
            fixture.Environment, "run", "redis", "--", "sh", "-c", "echo maps $(grep -c Spectre.Console /proc/$PPID/maps)");
        Assert.Equal("maps 0", plain.Output.Trim());
    }

    [Requires(Need.Engine, "script")]
    public async Task Ctrl_C_reaches_the_command_each_time_and_its_exit_code_is_returned()
    {
        using var terminal = Terminal.Start(
            fixture.Environment, $"run redis -- sh -c \"{Stubborn.Replace("$", "\\$", StringComparison.Ordinal)}\"");
        var process = int.Parse((await terminal.WaitForAsync("up [0-9]+"))[3..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Single(await fixture.CopiesOfAsync(process));
        terminal.Type(ControlC);
        await terminal.WaitForAsync("got 1");
        Assert.Single(await fixture.CopiesOfAsync(process));
        terminal.Type(ControlC);
        Assert.Equal(5, await terminal.WaitAsync());
        await fixture.AssertGoneWithinAsync(Soon, process);
    }

    [Requires(Need.Engine, "script")]
    public async Task Ctrl_C_is_not_passed_on_since_the_terminal_sends_it_to_the_command_itself()
    {
        // In a session of its own, the command gets what crcache passes on, and nothing of the terminal's.
        using var terminal = Terminal.Start(
            fixture.Environment, "run redis -- setsid sh -c \"trap 'echo passed on' INT; echo up; sleep 1; exit 3\"");
        await terminal.WaitForAsync("up");
        terminal.Type(ControlC);
        Assert.Equal(3, await terminal.WaitAsync());
        Assert.DoesNotContain("passed on", terminal.Output, StringComparison.Ordinal);
    }

    [Requires(Need.Engine, "script")]
    public async Task Ctrl_C_twice_while_containers_are_made_leaves_none()
    {
        var environment = new Dictionary<string, string>(fixture.Environment)
        {
            ["CRCACHE_HOME"] = fixture.Environment["CRCACHE_HOME"] + "/interrupted",
        };
        using var terminal = Terminal.Start(environment, "run redis -- true");
        await terminal.WaitForAsync("starting redis");
        var process = await terminal.ProcessIdAsync();
        terminal.Type(ControlC);
        terminal.Type(ControlC);
        Assert.Equal(130, await terminal.WaitAsync());
        Assert.Empty(await fixture.ContainersOfAsync(process));
    }

    [Requires(Need.Engine, "script")]
    public async Task SIGINT_without_a_terminal_is_passed_on()
    {
        using var terminal = Terminal.Start(
            fixture.Environment, "run redis -- sh -c "
                + $"\"{Stubborn.Replace("$", "\\$", StringComparison.Ordinal)}\"", before: "setsid --wait ");
        var process = (await terminal.WaitForAsync("up [0-9]+"))[3..];
        foreach (var got in new[] { "got 1", "got 2" })
        {
            using var kill = System.Diagnostics.Process.Start("kill", ["-INT", process]);
            await kill.WaitForExitAsync();
            await terminal.WaitForAsync(got);
        }

        Assert.Equal(5, await terminal.WaitAsync());
        await fixture.AssertGoneWithinAsync(Soon, int.Parse(process, System.Globalization.CultureInfo.InvariantCulture));
    }
}
