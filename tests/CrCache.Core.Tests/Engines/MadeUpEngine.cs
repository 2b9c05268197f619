using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Engines.Docker;

namespace CrCache.Core.Tests.Engines;

/// <summary>An HTTP server on a unix socket that answers as a test wants, one call a connection.</summary>
internal sealed class MadeUpEngine : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache-engine-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, EngineAnswer> _answer;
    private int _pings;

    /// <summary>Starts one.</summary>
    /// <param name="answer">The answer to a call, which is for instance <c>GET /info</c>: without API version and query.</param>
    /// <param name="name">The socket's name.</param>
    /// <param name="patience">How long its client waits, in place of what holds for users.</param>
    /// <param name="ending">Cancelled when the user of the client has asked the process to end.</param>
    public MadeUpEngine(
        Func<string, EngineAnswer> answer,
        string name = "docker.sock",
        EnginePatience? patience = null,
        CancellationToken ending = default)
    {
        _answer = answer;
        Address = $"unix://{_folder}/{name}";
        var endpoint = new EngineEndpoint(new Uri(Address), "the test");
        Engine = new DockerEngine(endpoint, new EngineWatch(endpoint, patience ?? EnginePatience.Usual, ending), Left.Enqueue);
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, name)));
        _listener.Listen(16);
        _ = ServeAsync();
    }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>A client of it.</summary>
    public IEngine Engine { get; }

    /// <summary>The API version that it offers; null: none, like a server that is no engine.</summary>
    public string? ApiVersion { get; init; } = "1.51";

    /// <summary>What its client was told of things that stay.</summary>
    public ConcurrentQueue<CrCacheException> Left { get; } = [];

    /// <summary>True: it takes connections, and answers nobody.</summary>
    public bool Frozen { get; set; }

    /// <summary>How often it was pinged.</summary>
    public int Pings => Volatile.Read(ref _pings);

    /// <summary>The first lines of all calls so far, without the ping.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    public void Dispose()
    {
        Engine.Dispose();
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            // An answer may wait for something, and others are answered meanwhile.
            _ = Task.Run(() => AnswerAsync(socket));
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var head = await ReadHeadAsync(stream);
            var line = head[..head.IndexOf(" HTTP/", StringComparison.Ordinal)];
            if (Frozen)
            {
                await EngineAnswer.HangAsync(stream);
                return;
            }

            if (line.EndsWith("/_ping", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _pings);
                await WritePingAsync(stream);
                return;
            }

            Calls.Enqueue(line);
            var (method, path) = (line.Split(' ')[0], line.Split(' ')[1].Split('?')[0]);
            var answer = _answer($"{method} {path[path.IndexOf('/', 1)..]}");
            if (!answer.Deaf)
            {
                await ReadBodyAsync(stream, head);
            }

            await answer.WriteAsync(stream, ApiVersion!);
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    private async Task WritePingAsync(NetworkStream stream)
    {
        var version = ApiVersion is null ? "" : $"Api-Version: {ApiVersion}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{version}Content-Length: 2\r\n\r\nOK"));
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static async Task ReadBodyAsync(NetworkStream stream, string head)
    {
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal))
        {
            var last = new byte[5];
            var one = new byte[1];
            while (!last.AsSpan().SequenceEqual("0\r\n\r\n"u8))
            {
                await stream.ReadExactlyAsync(one);
                last = [.. last[1..], one[0]];
            }
        }
        else if (head.Split("Content-Length: ") is [_, var rest])
        {
            await stream.ReadExactlyAsync(new byte[int.Parse(rest.Split('\r')[0], null)]);
        }
    }
}
