using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using System.Text.RegularExpressions;
using CrCache.Shared;

namespace CrCache.TestAdapter;

/// <summary>An open connection to a lease. The lease's containers exist until it closes: when this process ends, however it ends.</summary>
internal sealed class LeaseConnection
{
    // What docs/protocol.md lists, and no other.
    private static readonly Regex s_variable = new(
        @"\A(ConnectionStrings__[A-Za-z0-9_.-]+|services__[A-Za-z0-9_.-]+__0|CRCACHE_[A-Z0-9_]+_(HOST|PORT|URI|JDBC))\z",
        RegexOptions.CultureInvariant);

    // Kept from the collector: a pipe that nobody refers to is closed by the garbage collector's finalizer.
    private readonly NamedPipeClientStream _pipe;
    private readonly Task _end;

    private LeaseConnection(NamedPipeClientStream pipe, Task end)
    {
        _pipe = pipe;
        _end = end;
    }

    /// <summary>False when the lease has closed the connection.</summary>
    public bool IsOpen => _pipe.IsConnected && !_end.IsCompleted;

    /// <summary>Takes the lease that the build has started, or starts one, and sets the variables that it gives.</summary>
    /// <exception cref="LeaseException">There are no containers to be had.</exception>
    public static LeaseConnection Open(LeaseSettings settings, LeaseTimeouts timeouts)
    {
        if (PrefetchedLease.Take(settings.LeaseId) is { } prefetched
            && LeaseProcess.TryConnect(prefetched, timeouts.Connect) is { } pipe
            && TryReceive(pipe, timeouts.Ready) is { } connection)
        {
            return connection;
        }

        var process = LeaseProcess.Start(settings);
        return TryReceive(process.Connect(timeouts.Connect), timeouts.Ready) ?? throw process.Died();
    }

    // Null when the lease closes the connection before it is ready without a word: it died, or another client has it.
    private static LeaseConnection? TryReceive(NamedPipeClientStream pipe, TimeSpan timeout)
    {
        try
        {
            var reader = new StreamReader(pipe, Encoding.UTF8);
            if (TryReadVariables(reader, timeout) is { } variables)
            {
                variables.ForEach(variable => Environment.SetEnvironmentVariable(variable.Name, variable.Value));
                return new LeaseConnection(pipe, ReadToEndAsync(reader));
            }
        }
        catch (LeaseException)
        {
            pipe.Dispose();
            throw;
        }

        pipe.Dispose();
        return null;
    }

    internal static List<ToolLine>? TryReadVariables(TextReader reader, TimeSpan timeout)
    {
        var variables = new List<ToolLine>();
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (TryReadLine(reader, waited, timeout) is not { } text)
            {
                return null;
            }

            if (ToolLine.TryParse(text) is not { } line)
            {
                return IsCutOff(text) ? null : throw new LeaseException(
                    "CRC5004", $"crcache lease is of another version than CrCache.Sdk: it says \"{text}\". Check the property CrCacheTool");
            }

            switch (line.Event)
            {
                case "variable":
                    variables.Add(IsForTests(line.Name) ? line : throw new LeaseException(
                        "CRC5004", $"crcache lease gives a variable that is none of a container's: \"{line.Name}\"; none was set"));
                    break;
                case "note":
                    Console.WriteLine($"CrCache: {line.Message}");
                    break;
                case "error":
                    throw new LeaseException(line.Code ?? "CRC5004", line.Message);
                case "ready":
                    return variables;
            }
        }
    }

    // Such as DOTNET_STARTUP_HOOKS or LD_PRELOAD are no business of a lease, whoever speaks there.
    private static bool IsForTests(string name) => s_variable.IsMatch(name);

    // It died in the middle of a line.
    private static bool IsCutOff(string text) => text.StartsWith("{", StringComparison.Ordinal);

    private static string? TryReadLine(TextReader reader, Stopwatch waited, TimeSpan timeout)
    {
        var line = reader.ReadLineAsync();
        if (Task.WaitAny([line], timeout - waited.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero) < 0)
        {
            throw new LeaseException("CRC5004", $"the containers were not ready within {timeout.TotalMinutes} minutes");
        }

        try
        {
            return line.GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            return null; // It died.
        }
    }

    // What a lease may say later is for readers of later versions.
    private static async Task ReadToEndAsync(TextReader reader)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is not null)
        {
        }
    }
}
