using System.Text.RegularExpressions;

namespace CrCache.Sdk.Tests;

/// <summary>What a person sees who builds at a terminal: MSBuild's terminal logger itself.</summary>
[Collection(SamplesGroup.Name)]
public sealed class TerminalLoggerTests(SamplesFixture samples)
{
    // Where the cursor goes, colours, titles and links.
    private const string Controls = "\u001b(\\[[0-9;?]*[A-Za-z]|\\][^\u001b\u0007]*(\u0007|\u001b\\\\))";

    [Requires(Need.Engine, "script")]
    public async Task What_is_waited_for_is_shown_while_it_is_and_then_what_came_of_it()
    {
        var sample = samples.Quickstart;
        await sample.EnsureBuiltAsync();

        // Each waits until what it has said is on the terminal: nothing here is a matter of speed.
        using var tool = new FakeTool("""
            say() { printf '{"event":"%s","name":"mysql","message":"%s"}\n' "$1" "$2"; while [ ! -e "$here/seen $3" ]; do sleep 0.1; done; }
            say progress 'pulling mysql:9.7' 1
            say detail 'pulling mysql:9.7: 12 of 240 MB' 2
            say progress 'running db/10-schema.sql' 3
            say progress 'dumping its memory' 4
            printf '{"event":"done","name":"mysql","result":"made","message":"checkpoint made in 9.1 s: start 6.1 s, dump 0.8 s"}\n'
            """);
        File.SetLastWriteTimeUtc(sample.File("mysql.item.json"), DateTime.UtcNow);
        using var terminal = Terminal.StartDotNet(
            sample.Directory, $"build --no-restore -tl:on -p:CrCacheTool='{tool.Path}' -p:_CrCacheDotNetHost={FakeTool.Shell}");
        string[] expected =
        [
            "pulling mysql:9.7", "pulling mysql:9.7: 12 of 240 MB", "running db/10-schema.sql", "dumping its memory",
        ];
        foreach (var (text, number) in expected.Select((text, index) => (text, index + 1)))
        {
            // The row may be drawn in parts: its name, its text, a jump to the right, the target.
            await terminal.WaitForAsync($"Quickstart[^\n]*mysql: {Regex.Escape(text)}[^\n]*Checkpoint ");
            File.WriteAllText(tool.File($"seen {number}"), "");
        }

        Assert.Equal(0, await terminal.WaitAsync());
        Assert.Matches("  Quickstart mysql succeeded .*checkpoint made in 9.1 s: start 6.1 s, dump 0.8 s", Text(terminal));
        Assert.Matches("  Quickstart net10.0 succeeded .*Quickstart.dll", Text(terminal));

        File.SetLastWriteTimeUtc(sample.File("mysql.item.json"), DateTime.UtcNow);
        using var real = Terminal.StartDotNet(sample.Directory, "build --no-restore -tl:on");
        Assert.Equal(0, await real.WaitAsync());
        Assert.Matches("  Quickstart mysql succeeded .*checkpoint found in ", Text(real));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(sample.Generated), file => Path.GetExtension(file) is ".proj" or ".status");
    }

    private static string Text(Terminal terminal) => Regex.Replace(terminal.Output, Controls, "");
}
