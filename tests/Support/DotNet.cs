using System.Collections;
using System.Diagnostics;
using System.Text;

namespace CrCache.Tests;

/// <summary>Runs the real <c>dotnet</c>.</summary>
internal static class DotNet
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    // What the test run that we are in has set for itself, and a dotnet of its own must not see.
    private static readonly string[] s_foreign =
    [
        "MSBUILD", "VSTEST", "DOTNET_HOST_PATH", "TESTINGPLATFORM", "CRCACHE_LEASE_", "RunSettingsFilePath",
    ];

    public static Task<CommandResult> RunAsync(string directory, params string[] arguments) => RunAsync(directory, [], arguments);

    public static Task<CommandResult> RunAsync(string directory, (string Name, string Value)[] environment, params string[] arguments) =>
        RunAsync([], directory, environment, arguments);

    /// <summary>Runs it by another command, which is given its command line.</summary>
    public static async Task<CommandResult> RunAsync(
        string[] by, string directory, (string Name, string Value)[] environment, string[] arguments)
    {
        string[] words = [.. by, "dotnet", .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in OwnEnvironment().Concat(environment.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var log = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(log, line.Data);
        process.ErrorDataReceived += (_, line) => Append(log, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(s_limit);
        var commandLine = $"{directory}> dotnet {string.Join(' ', arguments)}";
        try
        {
            // Waits for the end of the streams too: a background process that holds them would show here as a hang.
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"did not end within {s_limit.TotalMinutes} minutes\n{commandLine}\n{log}");
        }

        return new CommandResult(commandLine, process.ExitCode, log.ToString());
    }

    /// <summary>The environment of a <c>dotnet</c> of its own.</summary>
    public static Dictionary<string, string> OwnEnvironment() => new(CleanEnvironment())
    {
        // Nodes that live on would keep the tasks of a package that is gone.
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
    };

    /// <summary>Our environment without what this test run has set.</summary>
    public static IEnumerable<KeyValuePair<string, string>> CleanEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value ?? ""))
            .Where(entry => !s_foreign.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));

    private static void Append(StringBuilder log, string? line)
    {
        lock (log)
        {
            log.Append(line).Append('\n');
        }
    }
}
