using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text.Json;

namespace CrCache.Bench.Servers;

/// <summary>A running <c>crcache lease</c> and the connection to it (docs/protocol.md).</summary>
internal sealed class LeaseProcess : IAsyncDisposable
{
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

    public static LeaseProcess Start(string home, string checkpoint)
    {
        var pipe = $"crcache-bench-{Guid.NewGuid().ToString("N")[..16]}";
        var parent = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return new LeaseProcess(Process.Start(Repository.CrCache(home, "lease", "--checkpoint", checkpoint, "--pipe", pipe, "--parent", parent))!, pipe);
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
            using var line = JsonDocument.Parse(text);
            switch (line.RootElement.GetProperty("event").GetString())
            {
                case "variable" when line.RootElement.GetProperty("name").ValueEquals(variable):
                    port = int.Parse(line.RootElement.GetProperty("value").GetString()!, CultureInfo.InvariantCulture);
                    break;
                case "ready" when port is { } ready:
                    return ready;
                case "error":
                    throw new InvalidOperationException($"crcache lease: {text}");
            }
        }

        throw new InvalidOperationException($"crcache lease has ended: {await _errors}");
    }

    /// <summary>Closes the connection and waits until the container is removed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pipe.DisposeAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
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
