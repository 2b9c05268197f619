using System.Diagnostics;
using System.Text;

namespace CrCache.Tests;

/// <summary>Runs the real crcache executable.</summary>
internal sealed class Tool : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private Tool(Process process) => _process = process;

    public int Id => _process.Id;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts crcache and goes on.</summary>
    public static Tool Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Start([], environment, arguments);

    /// <summary>Starts crcache by another command, which is given its command line, and goes on.</summary>
    public static Tool Start(string[] by, IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        string[] commandLine = [.. by, "dotnet", Repository.Tool, .. arguments];
        var start = new ProcessStartInfo(commandLine[0], commandLine[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var tool = new Tool(new Process { StartInfo = start });
        tool._process.OutputDataReceived += (_, line) => Append(tool._output, line.Data);
        tool._process.ErrorDataReceived += (_, line) => Append(tool._error, line.Data);
        tool._process.Start();
        tool._process.BeginOutputReadLine();
        tool._process.BeginErrorReadLine();
        return tool;
    }

    /// <summary>Runs crcache to its end.</summary>
    public static async Task<Tool> RunAsync(params string[] arguments) => await RunAsync(null, arguments);

    /// <summary>Runs crcache to its end with more variables in its environment.</summary>
    public static async Task<Tool> RunAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var tool = Start(environment, arguments);
        await tool.WaitAsync();
        return tool;
    }

    public async Task WaitAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await _process.WaitForExitAsync(limit.Token);
    }

    /// <summary>Waits until a line on standard output holds the text.</summary>
    public Task<string> WaitForLineAsync(string text) => Eventually.FindAsync(
        TimeSpan.FromMinutes(1),
        () => Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)),
        () => $"'{text}' was not written. Standard output:\n{Output}\nStandard error:\n{Error}");

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
