using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CrCache.Tests;

/// <summary>crcache, or dotnet, on a terminal of its own: what it writes there, and keys that are typed.</summary>
internal sealed class Terminal : IDisposable
{
    private const string ProcessLine = "process";
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    private Terminal(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts crcache with the rest of a shell's command line.</summary>
    public static Terminal Start(Dictionary<string, string> environment, string arguments, string before = "") =>
        StartCommand(
            new ProcessStartInfo(), environment, $"{before}env --default-signal=INT dotnet '{Repository.Tool}' {arguments}");

    /// <summary>Starts <c>dotnet</c> as <see cref="DotNet"/> does.</summary>
    public static Terminal StartDotNet(string directory, string arguments)
    {
        var start = new ProcessStartInfo { WorkingDirectory = directory };
        start.Environment.Clear();
        foreach (var (name, value) in DotNet.OwnEnvironment())
        {
            start.Environment[name] = value;
        }

        return StartCommand(start, [], $"env --default-signal=INT dotnet {arguments}");
    }

    private static Terminal StartCommand(ProcessStartInfo start, Dictionary<string, string> environment, string command)
    {
        // A shell's background job, such as the whole test run, ignores SIGINT, and its children inherit that.
        start.FileName = "script";
        string[] arguments = ["-qfec", $"stty cols 160; echo {ProcessLine} $$; exec {command}", "/dev/null"];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        foreach (var variable in new[] { "NO_COLOR", "CI" })
        {
            start.Environment.Remove(variable);
        }

        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new Terminal(Process.Start(start)!);
    }

    public void Type(string keys)
    {
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits until the output matches.</summary>
    /// <returns>What matched.</returns>
    public Task<string> WaitForAsync(string pattern) => Eventually.FindAsync(
        TimeSpan.FromMinutes(1),
        () => Regex.Match(Output, pattern) is { Success: true } match ? match.Value : null,
        () => $"'{pattern}' was not written:\n{Output}");

    /// <summary>The id of crcache's process, where it is started without another command before it.</summary>
    public async Task<int> ProcessIdAsync() =>
        int.Parse((await WaitForAsync($"{ProcessLine} [0-9]+"))[(ProcessLine.Length + 1)..], CultureInfo.InvariantCulture);

    /// <summary>Waits until crcache has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await _process.WaitForExitAsync(limit.Token);
        await _reading.WaitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[1024];
        while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and var read)
        {
            lock (_output)
            {
                _output.Append(buffer, 0, read);
            }
        }
    }
}
