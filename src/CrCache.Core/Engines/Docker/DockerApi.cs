using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CrCache.Diagnostics;

namespace CrCache.Engines.Docker;

/// <summary>HTTP calls to the Engine API: version negotiation, JSON, and errors in the engine's own words.</summary>
internal sealed class DockerApi : IDisposable
{
    // The newest version that the calls here were written for, and the oldest: that of Docker 20.10.
    private static readonly Version Newest = new(1, 47);
    private static readonly Version Oldest = new(1, 41);

    private readonly EngineEndpoint _endpoint;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _negotiation = new(1, 1);
    private string? _version;

    public DockerApi(EngineEndpoint endpoint, IEngineTransport transport)
    {
        _endpoint = endpoint;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) => await transport.ConnectAsync(cancellationToken).ConfigureAwait(false),
            UseProxy = false,
        };

        // Calls such as wait and pull take as long as they take; the caller's token ends them.
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://engine"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The API version spoken with this engine: the newest that both sides know.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken)
    {
        if (_version is { } known)
        {
            return known;
        }

        await _negotiation.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _version ??= await NegotiateAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _negotiation.Release();
        }
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="GetAsync"/>, but the JSON as it is.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="GetAsync"/>, but null where the engine answers 404.</summary>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync(path, type, cancellationToken).ConfigureAwait(false);
        }
        catch (DockerApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<TResult> PostAsync<T, TResult>(
        string path, T body, JsonTypeInfo<T> type, JsonTypeInfo<TResult> resultType, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, type);
        using var response = await SendAsync(HttpMethod.Post, path, content, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, resultType, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A call whose answer, if it has any, does not matter.</summary>
    public async Task CallAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A call that answers with a stream; disposing the response ends it.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, string? registryAuth = null)
    {
        var version = await GetVersionAsync(cancellationToken).ConfigureAwait(false);
        var response = await SendRawAsync(method, $"/v{version}{path}", content, cancellationToken, registryAuth).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new DockerApiException(response.StatusCode, ErrorText(text), $"{method} {path.Split('?')[0]}");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _negotiation.Dispose();
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false)
            ?? throw new CrCacheException(ErrorCodes.EngineCallFailed, "The engine answered a call with nothing.");

    private static string ErrorText(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("message").GetString() ?? body;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body.Trim();
        }
    }

    private async Task<string> NegotiateAsync(CancellationToken cancellationToken)
    {
        using var response = await SendRawAsync(HttpMethod.Get, "/_ping", null, cancellationToken).ConfigureAwait(false);
        var offered = response.Headers.TryGetValues("Api-Version", out var values) ? values.FirstOrDefault() : null;
        if (!Version.TryParse(offered, out var version))
        {
            throw new CrCacheException(ErrorCodes.NoEngine, $"What answers at {_endpoint} is not a container engine.");
        }

        if (version < Oldest)
        {
            throw new CrCacheException(
                ErrorCodes.NoEngine,
                $"The engine at {_endpoint} speaks API version {offered}; crcache needs {Oldest} or later (Docker 20.10).");
        }

        return (version < Newest ? version : Newest).ToString();
    }

    private async Task<HttpResponseMessage> SendRawAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, string? registryAuth = null)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            if (registryAuth is not null)
            {
                request.Headers.Add("X-Registry-Auth", registryAuth);
            }

            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            var reason = (e.InnerException as SocketException)?.SocketErrorCode switch
            {
                SocketError.AccessDenied => "this user may not use it (add the user to the group that owns the socket, usually 'docker')",
                SocketError.AddressNotAvailable => "there is no such socket", // of a file that is missing the system says something else
                _ => (e.InnerException ?? e).Message,
            };
            throw new CrCacheException(
                ErrorCodes.NoEngine,
                $"No container engine answers at {_endpoint}: {reason}. Start Docker, or set DOCKER_HOST to an engine that runs.",
                e);
        }
    }
}
