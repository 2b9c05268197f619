using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using CrCache.Diagnostics;

namespace CrCache.Leases;

/// <summary>Serves one lease to one client of this user's; the client's connection is the lease's life (docs/protocol.md).</summary>
public sealed class LeaseServer : IDisposable
{
    /// <summary>How long a client has to come.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly NamedPipeServerStream _pipe;
    private readonly string? _path;

    /// <summary>Opens the pipe; a client can connect from now on.</summary>
    /// <param name="address">The path of a socket, in a directory that only this user can enter; or a name that nobody else uses.</param>
    /// <exception cref="CrCacheException">It cannot be opened there (CRC5008).</exception>
    public LeaseServer(string address)
    {
        var first = address;
        if (!OperatingSystem.IsWindows() && Path.IsPathRooted(address))
        {
            _path = LeaseSockets.Check(address);
            LeaseSockets.Sweep(Path.GetDirectoryName(address)!);
            first = LeaseSockets.NewOf(address);
        }

        try
        {
            _pipe = new NamedPipeServerStream(
                first, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
            if (first != address)
            {
                File.Move(first, address, overwrite: true);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            throw LeaseSockets.Unusable($"{address}: {e.Message}", e);
        }
    }

    /// <summary>Waits until the client has connected. One of another user is sent away, and may not keep ours from coming.</summary>
    public async Task WaitForClientAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _pipe.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's.
            }
        }

        // There is one client: no other finds it from now on, and a lease that is killed leaves no name behind.
        DeleteName();
    }

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
    public void Dispose()
    {
        _pipe.Dispose();
        DeleteName();
    }

    private void DeleteName()
    {
        if (File.Exists(_path)) // its directory may be gone, too
        {
            File.Delete(_path);
        }
    }

    private static string Describe(Lease lease) => string.Concat(
        [
            .. lease.Notes.Select(LeaseLines.Note),
            .. lease.Variables.Select(variable => LeaseLines.Variable(variable.Key, variable.Value)),
            LeaseLines.Ready,
        ]);
}
