using System.Diagnostics;
using System.IO.Pipes;
using System.Text;

namespace CrCache.TestAdapter;

/// <summary>An open connection to a lease. The lease's containers exist until it closes: when this process ends, however it ends.</summary>
internal sealed class LeaseConnection
{
    // A cold start of something big on a busy machine, with its image already there, ends well within this.
    private static readonly TimeSpan s_readyTimeout = TimeSpan.FromMinutes(10);

    // Kept from the collector: a pipe that nobody refers to is closed by the garbage collector's finalizer.
    private readonly NamedPipeClientStream _pipe;
    private readonly Task<string?> _end;

    private LeaseConnection(NamedPipeClientStream pipe, Task<string?> end)
    {
        _pipe = pipe;
        _end = end;
    }

    /// <summary>False when the lease has closed the connection.</summary>
    public bool IsOpen => _pipe.IsConnected && !_end.IsCompleted;

    /// <summary>Takes the lease that the build has started, or starts one, and sets the variables that it gives.</summary>
    public static LeaseConnection Open(LeaseSettings settings)
    {
        if (PrefetchedLease.Take(settings.LeaseId) is { } prefetched
            && LeaseServer.TryConnect(prefetched.Pipe, prefetched.ProcessId) is { } pipe
            && TryReceive(pipe) is { } connection)
        {
            return connection;
        }

        var server = LeaseServer.Start(settings);
        return TryReceive(server.Connect()) ?? throw server.Died();
    }

    // Null when the lease closes the connection before it is ready without a word: it died, or another client has it.
    private static LeaseConnection? TryReceive(NamedPipeClientStream pipe)
    {
        var reader = new StreamReader(pipe, Encoding.UTF8);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var line = reader.ReadLineAsync();
            if (!line.Wait(s_readyTimeout - waited.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero))
            {
                pipe.Dispose();
                throw new LeaseException("CRC5004", $"the containers were not ready within {s_readyTimeout.TotalMinutes} minutes");
            }

            switch (line.GetAwaiter().GetResult())
            {
                case null:
                    pipe.Dispose();
                    return null;
                case "":
                    return new LeaseConnection(pipe, reader.ReadLineAsync());
                case var text:
                    Accept(text);
                    break;
            }
        }
    }

    private static void Accept(string line)
    {
        switch (line[0])
        {
            case '!':
                throw new LeaseException(line.Substring(1).Trim());
            case '#':
                Console.WriteLine($"CrCache: {line.Substring(1).Trim()}");
                break;
            default:
                var equals = line.IndexOf('=');
                if (equals > 0)
                {
                    Environment.SetEnvironmentVariable(line.Substring(0, equals), line.Substring(equals + 1));
                }

                break;
        }
    }
}
