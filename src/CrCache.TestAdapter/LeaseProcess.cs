using System.Diagnostics;
using System.IO.Pipes;
using System.Net.Sockets;
using CrCache.Shared;

namespace CrCache.TestAdapter;

/// <summary>
/// A <c>crcache lease</c> that this process has started, because the build has not or it is gone (an IDE's test run, for example).
/// </summary>
internal sealed class LeaseProcess
{
    private const int ConnectSliceMilliseconds = 250;
    private static readonly TimeSpan s_end = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly string _pipe;
    private readonly OutputTail _errors;

    private LeaseProcess(Process process, string pipe)
    {
        _process = process;
        _pipe = pipe;
        _errors = new OutputTail(process);
        _process.BeginOutputReadLine();
    }

    /// <summary>Starts a lease whose parent is this process.</summary>
    public static LeaseProcess Start(LeaseSettings settings)
    {
        foreach (var missing in settings.Checkpoints.Where(file => !File.Exists(file)))
        {
            throw new LeaseException("CRC5001", $"the checkpoint {missing} does not exist; build the project");
        }

        try
        {
            var (process, pipe) = ToolCommand.StartLease(settings.Tool, settings.DotNetHost, settings.Checkpoints, settings.ReportFile);
            return new LeaseProcess(process, pipe);
        }
        catch (ToolNotStartedException e)
        {
            throw new LeaseException("CRC5002", e.Message);
        }
        catch (LeaseSocketException e)
        {
            throw new LeaseException(LeaseSocketException.Code, e.Message);
        }
    }

    /// <summary>Connects to a lease's pipe; null when the process is gone, is another user's, or does not open it in time.</summary>
    public static NamedPipeClientStream? TryConnect(PrefetchedLease lease, TimeSpan timeout)
    {
        try
        {
            using var process = Process.GetProcessById(lease.ProcessId);
            return TryConnect(lease.Pipe, process, timeout);
        }
        catch (ArgumentException)
        {
            return null; // No such process.
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Connects to the lease that was started.</summary>
    public NamedPipeClientStream Connect(TimeSpan timeout)
    {
        try
        {
            return TryConnect(_pipe, _process, timeout) ?? throw Died();
        }
        catch (UnauthorizedAccessException)
        {
            throw new LeaseException(
                LeaseSocketException.Code,
                $"another user's process serves {_pipe}, or keeps this user from it; nothing was taken from there");
        }
    }

    /// <summary>What to say when it is gone before it was ready.</summary>
    public LeaseException Died()
    {
        // The last words come after the pipe has closed; a process that hangs has none.
        var ended = _process.WaitForExit((int)s_end.TotalMilliseconds);
        var words = _errors.LastWords(ended ? s_end : TimeSpan.Zero);
        return new LeaseException("CRC5004", ended
            ? $"crcache lease ended with exit code {_process.ExitCode} before the containers were ready.{words}"
            : $"crcache lease does not answer.{words}");
    }

    private static NamedPipeClientStream? TryConnect(string name, Process process, TimeSpan timeout)
    {
        var pipe = LeaseSocket.Client(name);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                pipe.Connect(ConnectSliceMilliseconds);
                return pipe;
            }
            catch (Exception e) when (e is TimeoutException or IOException or SocketException)
            {
                if (process.HasExited || waited.Elapsed > timeout)
                {
                    pipe.Dispose();
                    return null;
                }
            }
        }
    }
}
