using System.Net;
using System.Net.Sockets;

namespace CrCache.Tests;

/// <summary>Passes TCP connections on to a port of this machine, counts their bytes, and cuts one of them once.</summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly Cut _cut;
    private long _fromClient;
    private long _fromServer;
    private int _cuts;

    /// <param name="target">The port to connect to.</param>
    /// <param name="cut">Says before each piece is passed on whether the connection ends here instead.</param>
    public CuttingProxy(int target, Cut cut)
    {
        (_target, _cut) = (target, cut);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Whether to cut.</summary>
    /// <param name="fromClient">True for what the client sends.</param>
    /// <param name="piece">What would be passed on.</param>
    /// <param name="total">The bytes that were passed on in that direction, by all connections.</param>
    public delegate bool Cut(bool fromClient, ReadOnlySpan<byte> piece, long total);

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The bytes that clients have sent.</summary>
    public long FromClient => Interlocked.Read(ref _fromClient);

    /// <summary>The bytes that the server has sent.</summary>
    public long FromServer => Interlocked.Read(ref _fromServer);

    /// <summary>Whether a connection was cut.</summary>
    public bool HasCut => _cuts > 0;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAny(PassAsync(client, server, fromClient: true), PassAsync(server, client, fromClient: false));
            }
            catch (SocketException)
            {
                // The client sees a closed connection, as it would without a proxy.
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool fromClient)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                if (!HasCut && _cut(fromClient, buffer.AsSpan(0, count), fromClient ? FromClient : FromServer))
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }

                Interlocked.Add(ref fromClient ? ref _fromClient : ref _fromServer, count);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other direction has ended the connection.
        }
    }
}
