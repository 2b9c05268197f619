using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CrCache.Chaos;

/// <summary>A command that a user has started: <c>crcache</c>, <c>dotnet</c>, or what kills them.</summary>
internal sealed partial class Client : IDisposable
{
    // What is said when crcache has a defect of its own; whatever happens to it, it must not show that. A test fails whose lease was
    // killed, and what it shows then is a trace, too.
    private static readonly string[] s_defects = ["Unhandled exception", "   at CrCache.", "   at System."];
    // A container that is asked to end has 30 s, and the engine a minute more where it answers pings; then comes the rest.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Client(Process process, string commandLine)
    {
        _process = process;
        CommandLine = commandLine;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    public string CommandLine { get; }

    public int Id => _process.Id;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a command.</summary>
    public static Client Start(
        IReadOnlyList<string> words, IEnumerable<KeyValuePair<string, string>> environment, string? directory = null)
    {
        var info = new ProcessStartInfo(words[0], words.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return new Client(new Process { StartInfo = info }, string.Join(' ', words));
    }

    /// <summary>Sends a signal to processes, none or more; they may have ended.</summary>
    public static void Signal(string signal, params IEnumerable<int> processes)
    {
        var ids = processes.Select(process => process.ToString(CultureInfo.InvariantCulture));
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", .. ids]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }

    public void Signal(string signal) => Signal(signal, Id);

    /// <summary>Waits for its end, however it ends.</summary>
    /// <exception cref="BrokenException">It hangs, or has shown a defect of its own.</exception>
    public async Task<Client> EndAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new BrokenException($"did not end in {s_limit.TotalSeconds} s: {this}");
        }

        var log = TestTrace().Replace(Log, "");
        return s_defects.Any(defect => log.Contains(defect, StringComparison.Ordinal))
            ? throw new BrokenException($"a stack trace: {this}")
            : this;
    }

    /// <summary>Waits for its end, which must be a good one.</summary>
    /// <exception cref="BrokenException">It is not.</exception>
    public async Task<Client> SucceedAsync(CancellationToken cancellationToken)
    {
        await EndAsync(cancellationToken);
        return ExitCode == 0 ? this : throw new BrokenException($"exit code {ExitCode}: {this}");
    }

    public override string ToString() => $"{CommandLine}\n{Log}".TrimEnd();

    public void Dispose() => _process.Dispose();

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                _log.Append(line).Append('\n');
            }
        }
    }

    [GeneratedRegex(@"^  Stack Trace:\n(?:.+\n)*?   at CrCache\.Chaos\.Sample\.(?:.+\n)*", RegexOptions.Multiline)]
    private static partial Regex TestTrace();
}
