using System.IO.Pipes;
using System.Text;
using CrCache.Diagnostics;

namespace CrCache.Leases;

/// <summary>Serves one lease to one client on a named pipe; the client's connection is the lease's life (docs/protocol.md).</summary>
public sealed class LeaseServer : IDisposable
{
    private readonly NamedPipeServerStream _pipe;

    /// <summary>Opens the pipe; a client can connect from now on.</summary>
    /// <param name="pipeName">A name that nobody else uses.</param>
    public LeaseServer(string pipeName) => _pipe = new NamedPipeServerStream(
        pipeName, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);

    /// <summary>Waits until the client has connected.</summary>
    public Task WaitForClientAsync(CancellationToken cancellationToken) => _pipe.WaitForConnectionAsync(cancellationToken);

    /// <summary>Hands the connected client the lease as soon as that is ready, and waits until the client is gone.</summary>
    /// <returns>False when the lease failed; the client has been told why.</returns>
    public async Task<bool> ServeAsync(Task<Lease> lease, CancellationToken cancellationToken)
    {
        string text;
        var success = false;
        try
        {
            text = Describe(await lease.WaitAsync(cancellationToken).ConfigureAwait(false));
            success = true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            text = LeaseLines.Error((e as CrCacheException)?.Code ?? ErrorCodes.RestoreFailed, e.Message);
        }

        try
        {
            await _pipe.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
            await _pipe.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (success)
            {
                // The client never writes: a read ends when its connection does, however it died.
                while (await _pipe.ReadAsync(new byte[64], cancellationToken).ConfigureAwait(false) > 0)
                {
                }
            }
        }
        catch (IOException)
        {
            // The client is gone.
        }

        return success;
    }

    /// <inheritdoc />
    public void Dispose() => _pipe.Dispose();

    private static string Describe(Lease lease) => string.Concat(
        [
            .. lease.Notes.Select(LeaseLines.Note),
            .. lease.Variables.Select(variable => LeaseLines.Variable(variable.Key, variable.Value)),
            LeaseLines.Ready,
        ]);
}
