using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CrCache.Tests;

/// <summary>Takes connections, counts them, and never says anything.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<TcpClient> _clients = [];
    private int _connections;

    public SilentServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it listens: host and port.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A port that nothing listens on.</summary>
    public static int ClosedPort()
    {
        using var server = new SilentServer();
        return server.Port;
    }

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public void Dispose()
    {
        _listener.Dispose();
        while (_clients.TryDequeue(out var client))
        {
            client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _clients.Enqueue(await _listener.AcceptTcpClientAsync());
                Interlocked.Increment(ref _connections);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }
}
