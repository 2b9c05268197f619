using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace CrCache.Tests;

/// <summary>
/// Stands in front of a real engine's socket, and hangs, breaks off, refuses or slows what passes. The engine itself, which others
/// use at the same time, notices nothing. A call is a connection: the engine's client makes one for each.
/// </summary>
internal sealed class EngineProxy : IDisposable
{
    private const int Kept = 8;
    private static readonly byte[] Refusal = Encoding.ASCII.GetBytes(
        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n"
        + "{\"message\":\"made-up refusal\"}");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crcache-proxy-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly string _target;
    private volatile TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts one.</summary>
    /// <param name="engine">The engine's address, <c>unix:///path</c>.</param>
    public EngineProxy(string engine)
    {
        _target = new Uri(engine).LocalPath;
        _open.SetResult();
        var socket = Path.Combine(_folder.FullName, "docker.sock");
        Host = $"unix://{socket}";
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        _listener.Listen(128);
        _ = AcceptAsync();
    }

    /// <summary>Its address.</summary>
    public string Host { get; }

    /// <summary>What happens to a call, which is for instance <c>POST /containers/ID/start</c>: without API version and query.</summary>
    public Func<string, EngineFault> Fault { get; set; } = _ => EngineFault.None;

    /// <summary>How long each piece of an answer is kept back.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The calls so far.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>Nothing passes from now on, whatever began before: connections are accepted, and that is all.</summary>
    public void Freeze()
    {
        if (_open.Task.IsCompleted)
        {
            _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>All goes on.</summary>
    public void Thaw() => _open.TrySetResult();

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync(_end.Token));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            try
            {
                var start = new byte[64 * 1024];
                var length = await client.ReceiveAsync(start, _end.Token);
                var call = CallOf(start.AsSpan(0, length));
                Calls.Enqueue(call);
                var fault = Fault(call);
                switch (fault)
                {
                    case EngineFault.Hang:
                        await HangAsync(client);
                        return;
                    case EngineFault.Cut:
                        return;
                    case EngineFault.Refuse:
                        await client.SendAsync(Refusal, _end.Token);
                        return;
                }

                await _open.Task.WaitAsync(_end.Token);
                await engine.ConnectAsync(new UnixDomainSocketEndPoint(_target), _end.Token);
                await SendAllAsync(engine, start.AsMemory(0, length));
                var forth = PassAsync(client, engine, EngineFault.None, TimeSpan.Zero);
                await PassAsync(engine, client, fault, Delay);
                if (fault is not EngineFault.CutInAnswer)
                {
                    await forth;
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }

    // All of an answer but its end, where it is to break off or to hang: its first piece is usually the head and more.
    private async Task PassAsync(Socket from, Socket to, EngineFault fault, TimeSpan delay)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
        {
            await _open.Task.WaitAsync(_end.Token);
            await Task.Delay(delay, _end.Token);
            switch (fault)
            {
                case EngineFault.CutInAnswer or EngineFault.HangInAnswer:
                    await SendAllAsync(to, buffer.AsMemory(0, Math.Max(1, count - Kept)));
                    await (fault == EngineFault.HangInAnswer ? HangAsync(to) : Task.CompletedTask);
                    return;
                case EngineFault.Drip:
                    for (var sent = 0; sent < count; sent++)
                    {
                        await SendAllAsync(to, buffer.AsMemory(sent, 1));
                        await Task.Delay(TimeSpan.FromSeconds(1), _end.Token);
                    }

                    break;
                default:
                    await SendAllAsync(to, buffer.AsMemory(0, count));
                    break;
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> piece)
    {
        while (piece.Length > 0)
        {
            piece = piece[await to.SendAsync(piece, _end.Token)..];
        }
    }

    // Until it has gone; what it still says is of no interest.
    private async Task HangAsync(Socket client)
    {
        var buffer = new byte[1024];
        while (await client.ReceiveAsync(buffer, _end.Token) > 0)
        {
        }
    }

    // "POST /v1.51/containers/ID/start?x=y HTTP/1.1".
    private static string CallOf(ReadOnlySpan<byte> request)
    {
        var words = Encoding.ASCII.GetString(request).Split(' ', 3);
        var path = words.Length > 1 ? words[1].Split('?')[0] : "";
        var isVersioned = path.StartsWith("/v1.", StringComparison.Ordinal) && path.IndexOf('/', 1) > 0;
        return $"{words[0]} {(isVersioned ? path[path.IndexOf('/', 1)..] : path)}";
    }
}
