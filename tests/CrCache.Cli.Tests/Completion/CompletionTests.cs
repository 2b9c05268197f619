using System.Diagnostics;
using CrCache.Installed;

namespace CrCache.Cli.Tests.Completion;

/// <summary>The script for bash, in a real bash; no engine is asked.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache completion ").FullName;

    public CompletionTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "crcache-presets"));
        File.WriteAllText(Path.Combine(_folder, "crcache-presets", "orders.json"), "{}");
        new InstalledCheckpoints(_folder).Save(
            new InstalledCheckpoint
            {
                Key = new string('a', 64),
                EngineId = "engine",
                Name = "stored-item",
                Created = DateTimeOffset.UtcNow,
                ColdSeconds = 1,
            });

        // The completion calls crcache by the name that was typed.
        File.WriteAllText(Path.Combine(_folder, "crcache"), $"#!/bin/sh\nexec dotnet '{Repository.Tool}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_folder, "crcache"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.None, "bash")]
    public async Task Bash_completes_commands_options_presets_and_stored_names()
    {
        Assert.Equal<string[]>(["logs"], await CompleteAsync("crcache", "lo"));
        Assert.Equal<string[]>(["redis"], await CompleteAsync("crcache", "run", "re"));
        Assert.Equal<string[]>(["orders"], await CompleteAsync("crcache", "explain", "ord"));
        Assert.Equal<string[]>(["stored-item"], await CompleteAsync("crcache", "remove", ""));
        Assert.Equal<string[]>(["stored-item"], await CompleteAsync("crcache", "logs", "st"));
        Assert.Equal<string[]>(["--checkpoints", "--containers"], await CompleteAsync("crcache", "list", "--c"));
        Assert.Equal<string[]>(["list", "prune", "verify"], await CompleteAsync("crcache", "store", ""));
        Assert.Contains("mysql", await CompleteAsync("crcache", "checkpoint", ""));
        Assert.Equal<string[]>(["redis"], await CompleteAsync("crcache", "push", "re"));
        Assert.Equal<string[]>(
            ["--registry", "--registry-mode", "--registry-trust"], await CompleteAsync("crcache", "checkpoint", "--reg"));
        Assert.Equal<string[]>(["bash", "fish", "pwsh", "zsh"], await CompleteAsync("crcache", "completion", ""));
    }

    [Requires(Need.None, "bash")]
    public async Task Behind_the_separator_the_line_belongs_to_the_command() =>
        Assert.Equal<string[]>([], await CompleteAsync("crcache", "run", "redis", "--", "re"));

    [Fact]
    public async Task Each_shell_has_a_script()
    {
        foreach (var shell in new[] { "zsh", "fish", "pwsh" })
        {
            using var tool = await Tool.RunAsync("completion", shell);
            Assert.Equal(0, tool.ExitCode);
            Assert.Contains("[suggest:", tool.Output, StringComparison.Ordinal);
        }

        using var other = await Tool.RunAsync("completion", "csh");
        Assert.Equal(2, other.ExitCode);
    }

    // As bash does when Tab is pressed at the end of the words.
    private async Task<string[]> CompleteAsync(params string[] words)
    {
        var line = string.Join(' ', words);
        var quoted = string.Join(' ', words.Select(word => $"'{word}'"));
        var script = $"""
            source <(./crcache completion bash)
            PATH=$PWD:$PATH
            COMP_WORDS=({quoted}) COMP_CWORD={words.Length - 1} COMP_LINE='{line}' COMP_POINT={line.Length}
            _crcache
            printf '%s\n' "${"{"}COMPREPLY[@]{"}"}"
            """;
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        start.Environment["CRCACHE_HOME"] = _folder;
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
