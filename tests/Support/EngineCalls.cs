using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CrCache.Engines;

namespace CrCache.Tests;

/// <summary>Calls of the engine's API that CrCache itself has no use for.</summary>
internal sealed class EngineCalls(EngineEndpoint endpoint) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.Address.LocalPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://engine/v1.41/"),
    };

    /// <summary>Calls it; an error of the engine fails the test.</summary>
    public async Task PostAsync(string path, JsonNode? body = null)
    {
        using var answer = await _client.PostAsJsonAsync(path, body ?? new JsonObject());
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Deletes something; an error of the engine fails the test.</summary>
    public async Task DeleteAsync(string path)
    {
        using var answer = await _client.DeleteAsync(path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Creates a container that is described in the API's own words.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateContainerAsync(JsonNode container)
    {
        using var answer = await _client.PostAsJsonAsync("containers/create", container);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["Id"]!;
    }

    /// <summary>What the engine says of something.</summary>
    public async Task<JsonNode> GetAsync(string path) => (await _client.GetFromJsonAsync<JsonNode>(path))!;

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();
}
