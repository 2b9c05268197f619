using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace CrCache.Chaos;

/// <summary>The few calls of the engine's API that this program makes itself: it looks, and clears up before the next blow.</summary>
internal sealed class EngineApi : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;

    public EngineApi(string socket)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero, // the engine does not live long
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine/v1.41/"), Timeout = s_limit };
    }

    public async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync("_ping", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>What a list has.</summary>
    public async Task<JsonArray> ListAsync(string path, CancellationToken cancellationToken) =>
        (await CallAsync(HttpMethod.Get, path, cancellationToken)).AsArray();

    /// <summary>Makes a call that may fail: what it is about may be gone.</summary>
    public async Task<JsonNode> CallAsync(HttpMethod method, string path, CancellationToken cancellationToken, string? body = null)
    {
        using var content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await _http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return text.StartsWith('{') || text.StartsWith('[') ? JsonNode.Parse(text)! : new JsonObject();
    }

    public void Dispose() => _http.Dispose();
}
