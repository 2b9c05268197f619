using System.Text.Json;
using CrCache.Cli.Commands;
using CrCache.Cli.Output;
using CrCache.Diagnostics;
using CrCache.Installed;

namespace CrCache.Cli.Tests;

/// <summary>Whatever fails, a user sees an error with a code: what nobody has foreseen is CRC9001.</summary>
[Collection(ConsoleGroup.Name)]
public sealed class DefectTests(ConsoleGroup.Home home)
{
    private string DetailsPath => Path.Combine(home.Folder, "last-defect.txt");

    private string Sentence =>
        "This is a defect of crcache: System.InvalidTimeZoneException: of the test, which has two lines. "
        + $"Please report it with these words and with the file {DetailsPath}.";

    [Theory]
    [InlineData("completion", "zsh")]
    [InlineData("store", "list")]
    [InlineData("--version")]
    public async Task A_defect_is_a_line_with_a_code_and_no_stack_trace(params string[] arguments)
    {
        using var output = new BrokenWriter();
        var done = await CommandLine.RunAsync(output, arguments);
        Assert.Equal(1, done.ExitCode);
        Assert.Equal($"crcache: error CRC9001: {Sentence}{Environment.NewLine}", done.Error);
        Assert.Equal("", done.Output);
    }

    [Fact]
    public async Task For_a_program_it_is_an_error_line()
    {
        using var output = new BrokenWriter();
        var done = await CommandLine.RunAsync(output, "store", "list", "--json");
        Assert.Equal((1, ""), (done.ExitCode, done.Error));
        var line = JsonDocument.Parse(done.Output).RootElement;
        Assert.Equal(["event", "name", "code", "message"], line.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ("error", "crcache", "CRC9001", Sentence),
            (Text(line, "event"), Text(line, "name"), Text(line, "code"), Text(line, "message")));
    }

    [Fact]
    public async Task Where_it_happened_is_in_a_file_of_the_users_own()
    {
        for (var i = 0; i < 2; i++)
        {
            using var output = new BrokenWriter();
            await CommandLine.RunAsync(output, "store", "list");
            var details = await File.ReadAllTextAsync(DetailsPath);
            Assert.StartsWith("crcache 0.1.0", details, StringComparison.Ordinal);
            Assert.Contains(BrokenWriter.Message, details, StringComparison.Ordinal);
            Assert.Contains($"   at {typeof(BrokenWriter).FullName}", details, StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(DetailsPath));
            }
        }

        Assert.Single(Directory.GetFiles(home.Folder, "last-defect*"));
    }

    [Fact]
    public void Where_that_file_cannot_be_written_the_error_is_the_same_without_it()
    {
        Environment.SetEnvironmentVariable("CRCACHE_HOME", "/dev/null/store");
        try
        {
            var error = Defect.ErrorOf(new InvalidOperationException("x"));
            Assert.Equal(
                "This is a defect of crcache: System.InvalidOperationException: x. Please report it with these words.", error.Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable("CRCACHE_HOME", home.Folder);
        }
    }

    [Fact]
    public void What_is_foreseen_stays_what_it_is()
    {
        var foreseen = new CrCacheException(ErrorCodes.NoEngine, "start it");
        Assert.Same(foreseen, Defect.ErrorOf(foreseen));
        Assert.Same(foreseen, Defect.ErrorOf(new AggregateException(foreseen)));
        Assert.Equal(ErrorCodes.Defect, Defect.ErrorOf(new AggregateException(foreseen, foreseen)).Code);
    }

    [Fact]
    public async Task A_command_that_was_asked_to_end_says_nothing_but_one_that_gave_up_by_itself_does()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.Equal(new CommandLine(130, "", ""), await GuardAsync(cancelled.Token));
        var done = await GuardAsync(CancellationToken.None);
        Assert.Equal(125, done.ExitCode);
        Assert.Contains("CRC9001: This is a defect of crcache: System.OperationCanceledException", done.Error, StringComparison.Ordinal);

        static Task<CommandLine> GuardAsync(CancellationToken cancellationToken) => CommandLine.CaptureAsync(
            new StringWriter(),
            () => CommandRunner.GuardAsync(
                new TextReporter(), ExitCodes.NotRun, () => throw new OperationCanceledException(), cancellationToken));
    }

    [Fact]
    public async Task Of_one_item_among_several_it_is_reported_under_its_name()
    {
        var reporter = new KeptReporter();
        Assert.True(await CommandRunner.TryAsync(reporter, "a", () => Task.CompletedTask, default));
        Assert.False(await CommandRunner.TryAsync(reporter, "b", () => throw new InvalidOperationException("x"), default));
        Assert.False(await CommandRunner.TryAsync(
            reporter, "c", () => throw new CrCacheException(ErrorCodes.NotReady, "slow"), default));
        Assert.Equal(["error b CRC9001", "error c CRC3002"], reporter.Lines);
        await Assert.ThrowsAsync<OperationCanceledException>(() => CommandRunner.TryAsync(
            reporter, "d", () => throw new OperationCanceledException(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task In_the_background_it_is_a_warning()
    {
        var reporter = new KeptReporter();
        var engine = FailingEngine.With(new InvalidOperationException("x"));
        await CommandRunner.SweepLeftoversAsync(engine, reporter, default);
        Assert.Equal(["warning crcache CRC9001"], reporter.Lines);
        await CommandRunner.SweepOrphansAsync(engine, new InstalledCheckpoints(home.Folder), reporter, default);
        Assert.Equal(2, reporter.Lines.Count);
    }

    [Fact]
    public async Task An_engine_that_fails_in_the_background_is_none()
    {
        var reporter = new KeptReporter();
        var failures = new Exception[] { new CrCacheException(ErrorCodes.EngineCallFailed, "busy"), new OperationCanceledException() };
        foreach (var engine in failures.Select(FailingEngine.With))
        {
            await CommandRunner.SweepLeftoversAsync(engine, reporter, default);
            await CommandRunner.SweepOrphansAsync(engine, new InstalledCheckpoints(home.Folder), reporter, default);
        }

        Assert.Empty(reporter.Lines);
    }

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();
}
