using CrCache.Shared;

namespace CrCache.Tasks.Tests.Shared;

public sealed class ToolCommandTests
{
    [Requires(Need.None, "sh")]
    public void Arguments_arrive_as_they_are()
    {
        string[] arguments = ["", "a b", "\"", "\\", "\\\"", "a\\\\", "é🔑", "*", "$HOME", "line\nbreak"];
        using var tool = new FakeTool("for a in \"$@\"; do printf '[%s]' \"$a\"; done");
        using var process = ToolCommand.Start(tool.Path, FakeTool.Shell, arguments);
        Assert.Equal(string.Concat(arguments.Select(argument => $"[{argument}]")), process.StandardOutput.ReadToEnd());
        process.WaitForExit();
    }

    // A profiler and a startup hook are for the test host.
    [Requires(Need.None, "sh")]
    public void It_does_not_inherit_what_is_for_the_test_host()
    {
        Environment.SetEnvironmentVariable("CORECLR_ENABLE_PROFILING", "0");
        using var tool = new FakeTool("echo \"${CORECLR_ENABLE_PROFILING-unset}\"; cat");
        using var process = ToolCommand.Start(tool.Path, FakeTool.Shell, []);
        Assert.Equal("unset\n", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
    }

    [Theory]
    [InlineData("/no/such/crcache.dll")]
    [InlineData("/no/such/crcache")]
    public void What_cannot_be_started_is_one_exception_with_words_for_people(string tool)
    {
        var e = Assert.Throws<ToolNotStartedException>(() => ToolCommand.Start(tool, "dotnet", []));
        Assert.Contains($"\"{tool}\"", e.Message, StringComparison.Ordinal);
    }
}
