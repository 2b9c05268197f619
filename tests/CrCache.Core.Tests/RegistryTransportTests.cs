using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using CrCache.Diagnostics;
using CrCache.Registries;

namespace CrCache.Core.Tests;

public sealed class RegistryTransportTests : IDisposable
{
    private readonly string _docker = Directory.CreateTempSubdirectory("crcache-docker-").FullName;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RegistryTransportTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_docker, recursive: true);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("ftp")]
    public async Task The_token_server_of_another_machines_registry_gets_no_credentials_without_TLS(string scheme)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:password"));
        await File.WriteAllTextAsync(
            Path.Combine(_docker, "config.json"), $$$"""{ "auths": { "registry.example": { "auth": "{{{auth}}}" } } }""");
        var reference = RegistryReference.Parse("registry.example/team/a");
        using var transport = new RegistryTransport(reference, _docker);
        using var patience = new Patience(TimeSpan.FromSeconds(5), default);
        var challenge = new AuthenticationHeaderValue("Bearer", $"realm=\"{scheme}://{_listener.LocalEndpoint}/token\",service=\"s\"");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => new RegistryAuthenticator(reference, _docker, transport)
            .AnswerAsync(new RegistryRequest(HttpMethod.Get, "manifests/a"), [challenge], patience));
        Assert.Equal(ErrorCodes.RegistryNotTrusted, error.Code);
        Assert.Contains($"registry.example leads to {scheme}://{_listener.LocalEndpoint}", error.Message, StringComparison.Ordinal);
        Assert.False(_listener.Pending());
    }

    [Fact]
    public async Task A_registry_of_this_machine_may_lead_to_another_port_without_TLS_and_to_no_other_machine()
    {
        using var transport = new RegistryTransport(RegistryReference.Parse("localhost:5000/a"), _docker);
        using var message = new HttpRequestMessage(HttpMethod.Get, $"http://{_listener.LocalEndpoint}/blob");
        using var patience = new Patience(TimeSpan.FromSeconds(10), default);
        var sending = transport.SendAsync(message, patience);
        using (var client = await _listener.AcceptTcpClientAsync())
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            using var answer = await sending;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, "http://registry.example/blob");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => transport.SendAsync(elsewhere, patience));
        Assert.Equal(ErrorCodes.RegistryNotTrusted, error.Code);
    }
}
