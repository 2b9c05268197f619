using System.Diagnostics;
using System.IO.Pipes;
using System.Text;

namespace CrCache.TestAdapter;

/// <summary>A <c>crcache lease</c> that this process has started, because the build has not or it is gone (an IDE's test run, for example).</summary>
internal sealed class LeaseServer
{
    private const int ConnectSliceMilliseconds = 250;
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _pipe;
    private readonly StringBuilder _errors = new();

    private LeaseServer(Process process, string pipe)
    {
        _process = process;
        _pipe = pipe;
        _process.ErrorDataReceived += (_, e) => Remember(e.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Starts a lease whose parent is this process.</summary>
    public static LeaseServer Start(LeaseSettings settings)
    {
        foreach (var missing in settings.Checkpoints.Where(file => !File.Exists(file)))
        {
            throw new LeaseException("CRC5001", $"the checkpoint {missing} does not exist; build the project");
        }

        try
        {
            var (process, pipe) = ToolCommand.StartLease(settings.Tool, settings.DotNetHost, settings.Checkpoints, settings.ReportFile);
            return new LeaseServer(process, pipe);
        }
        catch (ToolNotStartedException e)
        {
            throw new LeaseException("CRC5002", e.Message);
        }
    }

    /// <summary>Connects to a lease's pipe; null when the process is gone or does not answer for 30 s.</summary>
    public static NamedPipeClientStream? TryConnect(string name, int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return TryConnect(name, process);
        }
        catch (ArgumentException)
        {
            return null; // No such process.
        }
    }

    /// <summary>Connects to the lease that was started.</summary>
    public NamedPipeClientStream Connect() => TryConnect(_pipe, _process) ?? throw Died();

    /// <summary>What to say when it is gone before it was ready.</summary>
    public LeaseException Died()
    {
        // The last words come after the pipe has closed; a process that hangs has none.
        var ended = _process.WaitForExit(2000);
        lock (_errors)
        {
            var words = _errors.Length > 0 ? $" Its last words:\n{_errors}" : "";
            return new LeaseException("CRC5004", ended
                ? $"crcache lease ended with exit code {_process.ExitCode} before the containers were ready.{words}"
                : $"crcache lease does not answer.{words}");
        }
    }

    private static NamedPipeClientStream? TryConnect(string name, Process process)
    {
        // Asynchronous: a read that waits for the end of the lease must not hold a thread.
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                pipe.Connect(ConnectSliceMilliseconds);
                return pipe;
            }
            catch (Exception e) when (e is TimeoutException or IOException)
            {
                if (process.HasExited || waited.Elapsed > s_connectTimeout)
                {
                    pipe.Dispose();
                    return null;
                }
            }
        }
    }

    private void Remember(string? line)
    {
        lock (_errors)
        {
            _errors.AppendLine(line);
        }
    }
}
