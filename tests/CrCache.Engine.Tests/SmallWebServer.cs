using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CrCache.Engine.Tests;

/// <summary>A web server on this machine that answers each request with what it is told, and keeps their headers.</summary>
internal sealed class SmallWebServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string?> _authorizations = [];

    /// <param name="answer">Gives the body for a request, or null for a 401.</param>
    /// <param name="tokens">The path of a token server, which a 401 names; or null.</param>
    public SmallWebServer(Func<HttpListenerRequest, byte[]?> answer, string? tokens = null)
    {
        // HttpListener cannot choose a port itself.
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _ = ServeAsync(answer, tokens is null ? null : $"Bearer realm=\"{Address}{tokens}\",service=\"tests\"");
    }

    /// <summary>Its address, without a path.</summary>
    public string Address { get; }

    /// <summary>The Authorization of each request, or null where it had none.</summary>
    public IReadOnlyCollection<string?> Authorizations => _authorizations;

    public void Dispose() => _listener.Close();

    private async Task ServeAsync(Func<HttpListenerRequest, byte[]?> answer, string? challenge)
    {
        try
        {
            while (true)
            {
                var call = await _listener.GetContextAsync();
                _authorizations.Enqueue(call.Request.Headers["Authorization"]);
                var body = answer(call.Request);
                call.Response.StatusCode = body is null ? 401 : 200;
                if (body is null && challenge is not null)
                {
                    call.Response.AddHeader("WWW-Authenticate", challenge);
                }

                call.Response.ContentLength64 = body?.Length ?? 0;
                if (body is not null && call.Request.HttpMethod != "HEAD")
                {
                    await call.Response.OutputStream.WriteAsync(body);
                }

                call.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }
}
