using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;

namespace CrCache.Bench.Servers;

/// <summary>A running <c>crcache lease</c> and the connection to it (docs/protocol.md).</summary>
internal sealed class LeaseProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_longestEnd = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly NamedPipeClientStream _pipe;
    private readonly Task<string> _errors;

    private LeaseProcess(Process process, string pipe)
    {
        _process = process;
        _pipe = new NamedPipeClientStream(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
        _errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
    }

    /// <summary>Starts one of a checkpoint that this home has.</summary>
    public static LeaseProcess Start(Home home, string checkpoint)
    {
        var pipe = $"crcache-bench-{Guid.NewGuid().ToString("N")[..16]}";
        var parent = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var lease = home.CrCache("lease", "--checkpoint", checkpoint, "--pipe", pipe, "--parent", parent);
        return new LeaseProcess(Process.Start(lease)!, pipe);
    }

    /// <summary>The port of the restored server, as soon as the lease says that everything is ready.</summary>
    /// <exception cref="InvalidOperationException">The lease failed.</exception>
    public async Task<int> WaitForPortAsync(string name, CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);
        using var reader = new StreamReader(_pipe, leaveOpen: true);
        var variable = $"CRCACHE_{name.ToUpperInvariant()}_PORT";
        int? port = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } text)
        {
            switch (LeaseLine.Parse(text))
            {
                case { Event: "variable", Value: { } value } line when line.Name == variable:
                    port = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case { Event: "ready" } when port is { } ready:
                    return ready;
                case { Event: "error" }:
                    throw new InvalidOperationException($"crcache lease: {text}");
            }
        }

        throw new InvalidOperationException($"crcache lease has ended: {await _errors}");
    }

    /// <summary>Closes the connection and waits until the container is removed.</summary>
    /// <exception cref="TimeoutException">The lease did not end.</exception>
    public async ValueTask DisposeAsync()
    {
        await _pipe.DisposeAsync();
        using (_process)
        {
            try
            {
                await _process.WaitForExitAsync().WaitAsync(s_longestEnd);
            }
            catch (TimeoutException)
            {
                _process.Kill();
                throw;
            }
        }
    }

    // In slices: waiting for a pipe that never comes has no other end.
    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _pipe.ConnectAsync(250, cancellationToken);
                return;
            }
            catch (TimeoutException) when (!_process.HasExited)
            {
            }
            catch (TimeoutException e)
            {
                throw new InvalidOperationException($"crcache lease has ended: {await _errors}", e);
            }
        }
    }
}
