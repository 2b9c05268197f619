using System.Diagnostics;

namespace CrCache.Cli.Tests.Commands;

/// <summary>A real engine that hangs: an error that names it, an end for who wants one, and nothing left for ever.</summary>
[Collection(EngineTests.Name)]
public sealed class HangingEngineTests(EngineFixture fixture) : IDisposable
{
    private static readonly TimeSpan LongestError = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly EngineProxy _proxy = new(fixture.Engine.Endpoint.Address.OriginalString);

    private readonly DirectoryInfo _emptyHome = Directory.CreateTempSubdirectory("crcache home ");

    public void Dispose()
    {
        _proxy.Dispose();
        _emptyHome.Delete(recursive: true);
    }

    [Requires(Need.Engine)]
    [InlineData("GET /_ping", "list")]
    [InlineData("GET /_ping", "doctor")]
    [InlineData("GET /_ping", "checkpoint", "redis")]
    [InlineData("GET /_ping", "run", "redis", "--", "true")]
    [InlineData("GET /info", "doctor")]
    [InlineData("GET /containers/json", "list")]
    [InlineData("POST /containers/create", "checkpoint", "redis")]
    [InlineData("POST /containers/create", "doctor")]
    public async Task An_engine_that_hangs_is_an_error_within_10_s(string from, params string[] arguments)
    {
        var clock = FreezeAt(call => call == from);
        using var tool = await Tool.RunAsync(By(_emptyHome.FullName), arguments);
        Assert.True(clock.Elapsed < LongestError, $"{clock.Elapsed.TotalSeconds} s\n{tool.Error}");
        Assert.NotEqual(0, tool.ExitCode);
        Assert.Contains("error CRC1001: ", tool.Error, StringComparison.Ordinal);
        Assert.Contains(_proxy.Host, tool.Error, StringComparison.Ordinal);
        Assert.Contains("does not answer", tool.Error, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Who_asks_for_the_end_gets_it_within_2_s_and_the_next_command_removes_what_stays(string signal)
    {
        var clock = FreezeAt(call => call.EndsWith("/start", StringComparison.Ordinal));
        using var tool = Tool.Start(By(_emptyHome.FullName), "checkpoint", "redis");
        await Eventually.FindAsync(Soon, () => clock.IsRunning ? clock : null, () => $"It did not start one.\n{tool.Error}");
        var end = Stopwatch.StartNew();
        tool.Signal(signal);
        await tool.WaitAsync();
        Assert.True(end.Elapsed < LongestEnd, $"{end.Elapsed.TotalSeconds} s\n{tool.Error}");
        Assert.Equal(130, tool.ExitCode);
        Assert.Contains("the next one removes", tool.Error, StringComparison.Ordinal);
        Assert.Single(tool.Error.Split('\n'), line => line.Contains("CRC1001", StringComparison.Ordinal));
        Assert.Single(await fixture.ContainersOfAsync(tool.Id));
        using var next = await Tool.RunAsync(fixture.Environment, "run", "redis", "--", "true");
        await fixture.AssertGoneWithinAsync(Soon, tool.Id);
    }

    [Requires(Need.Engine)]
    public async Task An_engine_that_breaks_off_in_an_answer_for_one_item_takes_no_other_with_it()
    {
        _proxy.Fault = call => call.StartsWith("GET /images/postgres", StringComparison.Ordinal)
            ? EngineFault.CutInAnswer
            : EngineFault.None;
        var folder = Directory.CreateDirectory(Path.Combine(fixture.Folder, "cut")).FullName;
        var (whole, cut) = (Path.Combine(folder, "whole.item.json"), Path.Combine(folder, "cut.item.json"));
        await File.WriteAllTextAsync(whole, Item("whole", "redis"));
        await File.WriteAllTextAsync(cut, Item("cut", "postgres"));
        using var tool = await Tool.RunAsync(By(fixture.Folder), "checkpoint", "--item", whole, "--item", cut);
        Assert.Equal(1, tool.ExitCode);
        var error = Assert.Single(tool.Error.Split('\n'), line => line.Contains("error CRC", StringComparison.Ordinal));
        Assert.Contains($"{_proxy.Host} (DOCKER_HOST) was to describe the image postgres", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", tool.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "whole.checkpoint")), tool.Error);

        string Item(string name, string preset) =>
            $$"""{ "name": "{{name}}", "directory": "{{folder}}", "metadata": { "Preset": "{{preset}}" } }""";
    }

    [Requires(Need.Engine)]
    public async Task Who_asks_again_gets_it_at_once()
    {
        _proxy.Fault = call => call.StartsWith("DELETE /containers/", StringComparison.Ordinal) ? EngineFault.Hang : EngineFault.None;
        using var tool = Tool.Start(By(fixture.Folder), "run", "redis", "--", "sh", "-c", "echo up");
        await tool.WaitForLineAsync("up");
        await Eventually.FindAsync(
            Soon,
            () => _proxy.Calls.Any(call => call.StartsWith("DELETE /containers/", StringComparison.Ordinal)) ? tool : null,
            () => "It removes nothing.");
        tool.Signal("INT");
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        var end = Stopwatch.StartNew();
        tool.Signal("INT");
        await tool.WaitAsync();
        Assert.True(end.Elapsed < TimeSpan.FromSeconds(1), $"{end.Elapsed.TotalSeconds} s");
        Assert.Equal(130, tool.ExitCode);
        using var next = await Tool.RunAsync(fixture.Environment, "run", "redis", "--", "true");
        await fixture.AssertGoneWithinAsync(Soon, tool.Id);
    }

    private Dictionary<string, string> By(string home) => new() { ["CRCACHE_HOME"] = home, ["DOCKER_HOST"] = _proxy.Host };

    // Starts the clock, and lets nothing pass any more.
    private Stopwatch FreezeAt(Func<string, bool> isLast)
    {
        var clock = new Stopwatch();
        _proxy.Fault = call =>
        {
            if (isLast(call) && !clock.IsRunning)
            {
                clock.Start();
                _proxy.Freeze();
            }

            return EngineFault.None;
        };
        return clock;
    }
}
