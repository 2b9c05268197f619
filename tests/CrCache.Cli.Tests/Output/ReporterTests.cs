using System.Text.Json;
using CrCache.Cli.Output;
using CrCache.Diagnostics;

namespace CrCache.Cli.Tests.Output;

[Collection(ConsoleGroup.Name)]
public sealed class ReporterTests
{
    private const string Message = "Line 1 of \"it\",\n  line 2: ü \u001b[31m";

    // On a terminal: a container may have written it.
    private const string Shown = "Line 1 of \"it\",\n  line 2: ü \\u001b[31m";

    private static readonly CrCacheException s_failure = new(ErrorCodes.SetupFailed, Message) { File = "/a b/x.sql", Line = 7 };

    [Fact]
    public async Task For_people_all_goes_to_standard_error()
    {
        var (output, error) = await ReportAsync(json: false);
        Assert.Equal("", output);
        Assert.Equal(
            "mysql: working\nmysql: 1 of 3\n"
                + $"mysql: it is there\nmysql: restored\nmysql: warning CRC3006: {Shown}\ncrcache: error CRC3006: {Shown}\n",
            error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task For_programs_each_is_one_flat_JSON_object_on_one_line_of_standard_output()
    {
        var (output, error) = await ReportAsync(json: true);
        Assert.Equal("", error);
        var lines = output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(Flat).ToArray();
        var message = $"message={Message}";
        Assert.Equal(
            [
                ["event=progress", "name=mysql", "message=working"],
                ["event=detail", "name=mysql", "message=1 of 3"],
                ["event=detail", "name=mysql", "message=2 of 3"],
                ["event=done", "name=mysql", "result=made", "seconds=1.235", "message=it is there"],
                ["event=progress", "name=mysql", "message=restored"],
                ["event=warning", "name=mysql", "code=CRC3006", message],
                ["event=error", "name=mysql", "code=CRC3006", message, "file=/a b/x.sql", "line=7"],
            ],
            lines);
    }

    private static string[] Flat(string line) =>
        JsonDocument.Parse(line).RootElement.EnumerateObject().Select(member => $"{member.Name}={member.Value}").ToArray();

    private static async Task<(string Output, string Error)> ReportAsync(bool json)
    {
        var done = await CommandLine.CaptureAsync(new StringWriter(), () =>
        {
            // No display: standard error is no terminal here.
            using var reporter = Reporters.Create(json, live: false);
            reporter.Step("mysql", "a moment");
            reporter.Progress("mysql", "working");
            reporter.Detail("mysql", "1 of 3");
            reporter.Detail("mysql", "2 of 3");
            reporter.Done("mysql", "made", 1.23456, "it is there");
            reporter.Restored("mysql", "restored");
            reporter.Warning("mysql", s_failure);
            reporter.Error("mysql", s_failure);
            return Task.FromResult(0);
        });
        return (done.Output, done.Error);
    }
}
