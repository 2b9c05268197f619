using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CrCache.Diagnostics;
using CrCache.Registries;

namespace CrCache.Engine.Tests;

/// <summary>Who may use a real registry, whom it is trusted by, and what it costs when it is not there.</summary>
[Collection(EngineTests.Name)]
public sealed class RegistryAccessTests : IDisposable
{
    private readonly RegistryClientFolder _client = new();
    private readonly Progress<string> _progress = new();
    private readonly RegistryRecord _record = RegistryClientFolder.NewRecord();

    public void Dispose() => _client.Dispose();

    [RegistryFact]
    public async Task A_wrong_password_is_an_error_that_names_the_user_and_the_file()
    {
        using var server = await RegistryServer.StartAsync(withPassword: true);
        _client.SignIn(server, "wrong");
        var error = await FindFailsAsync(server.Repository("a"));
        Assert.Equal(ErrorCodes.RegistryDenied, error.Code);
        Assert.Contains($"the user 'tester' of {Path.Combine(_client.Docker, "config.json")}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"docker login {server.Host}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);
    }

    [RegistryFact]
    public async Task No_credentials_are_an_error_that_says_so()
    {
        using var server = await RegistryServer.StartAsync(withPassword: true);
        var error = await FindFailsAsync(server.Repository("a"));
        Assert.Equal(ErrorCodes.RegistryDenied, error.Code);
        Assert.Contains("without credentials", error.Message, StringComparison.Ordinal);
        using var registry = _client.Open(server.Repository("a"));
        var archive = _client.NewArchive(10);
        error = await Assert.ThrowsAsync<CrCacheException>(() => registry.PushAsync(_record, archive, null, _progress, default));
        Assert.Equal(ErrorCodes.RegistryDenied, error.Code);
        error = await Assert.ThrowsAsync<CrCacheException>(() => registry.PingAsync(default));
        Assert.Equal(ErrorCodes.RegistryDenied, error.Code);
    }

    [RegistryFact]
    public async Task A_credential_helper_is_asked()
    {
        using var server = await RegistryServer.StartAsync(withPassword: true);
        var folder = Directory.CreateDirectory(_client.NewPath).FullName;
        var helper = Path.Combine(folder, "docker-credential-crcachetest");
        await File.WriteAllTextAsync(helper, $$"""
            #!/bin/sh
            read -r host
            secret='"Username":"{{RegistryServer.User}}","Secret":"{{RegistryServer.Password}}"'
            [ "$1 $host" = "get {{server.Host}}" ] && echo '{"ServerURL":"'$host'",'$secret'}'
            """);
        Process.Start("chmod", ["+x", helper]).WaitForExit();
        _client.Configure(new { credHelpers = new Dictionary<string, string> { [server.Host] = "crcachetest" } });
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", $"{folder}:{path}");
        try
        {
            await AssertPushAndFindAsync(server.Repository("a"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [RegistryFact]
    public async Task A_token_is_had_from_the_token_server_with_password_or_identity_token()
    {
        using var authority = new TestAuthority();
        using var tokens = new TokenServer(authority);
        using var server = await RegistryServer.StartAsync(token: tokens.RegistrySettings(_client.NewPath));
        _client.SignIn(server);
        await AssertPushAndFindAsync(server.Repository("team/a"));
        using (var other = _client.Open(server.Repository("team/b")))
        {
            // The token must allow reading the other repository as well.
            var archive = _client.NewArchive(1000);
            using var first = _client.Open(server.Repository("team/a"));
            await first.PushAsync(_record, archive, null, _progress, default);
            Assert.Equal(0, (await other.PushAsync(_record, archive, "team/a", _progress, default)).SentBytes);
        }

        Assert.All(tokens.Grants, grant => Assert.Equal("password", grant));
        var identity = new Dictionary<string, object> { [server.Host] = new { identitytoken = TokenServer.IdentityToken } };
        _client.Configure(new { auths = identity });
        await AssertPushAndFindAsync(server.Repository("team/c"));
        Assert.Equal("identity token", tokens.Grants.Last());

        _client.SignIn(server, "wrong");
        var error = await FindFailsAsync(server.Repository("team/a"));
        Assert.Equal(ErrorCodes.RegistryDenied, error.Code);
        Assert.Contains("token server 127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [RegistryFact]
    public async Task A_redirect_to_another_host_is_followed_without_the_password()
    {
        string storage = "";
        using var blobs = new SmallWebServer(request => File.ReadAllBytes(storage + request.Url!.AbsolutePath));
        using var server = await RegistryServer.StartAsync(withPassword: true, blobServer: blobs.Address);
        storage = server.Storage;
        _client.SignIn(server);
        var archive = _client.NewArchive(1000);
        using var registry = _client.Open(server.Repository("a"));
        await registry.PushAsync(_record, archive, null, _progress, default);
        var path = _client.NewPath;
        await registry.PullAsync(_record.Key, path, _progress, default);
        await RegistryTransferTests.AssertSameAsync(archive, path);
        Assert.NotEmpty(blobs.Authorizations);
        Assert.All(blobs.Authorizations, Assert.Null);
    }

    [RegistryFact]
    public async Task A_certificate_of_an_unknown_authority_is_an_error_that_says_where_to_put_it()
    {
        using var authority = new TestAuthority();
        using var server = await RegistryServer.StartAsync(authority);
        var error = await FindFailsAsync(server.Repository("a"));
        Assert.Equal(ErrorCodes.RegistryNotTrusted, error.Code);
        Assert.Contains($"/etc/docker/certs.d/{server.Host}/ca.crt", error.Message, StringComparison.Ordinal);

        using var another = new TestAuthority();
        _client.Trust(server, another);
        Assert.Equal(ErrorCodes.RegistryNotTrusted, (await FindFailsAsync(server.Repository("a"))).Code);

        // The right authority, for a name that is not in the certificate.
        _client.Trust(server, authority);
        await AssertPushAndFindAsync(server.Repository("a"));
        error = await FindFailsAsync(RegistryReference.Parse($"localhost:{server.Port}/a"));
        Assert.Equal(ErrorCodes.RegistryNotTrusted, error.Code);
    }

    [Fact]
    public async Task A_registry_that_is_not_there_costs_two_seconds_at_most()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var closedPort = Port(closed);
        closed.Stop();

        // Whose queue is full drops what comes: as an address that nothing answers at, but on this machine.
        using var full = new TcpListener(IPAddress.Loopback, 0);
        full.Start(0);
        var waiting = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToArray();
        foreach (var client in waiting)
        {
            _ = client.ConnectAsync(IPAddress.Loopback, Port(full));
        }

        string[] hosts = [$"127.0.0.1:{Port(silent)}", $"127.0.0.1:{closedPort}", $"127.0.0.1:{Port(full)}", "no-such-host.invalid"];
        foreach (var host in hosts)
        {
            var clock = Stopwatch.StartNew();
            var error = await FindFailsAsync(RegistryReference.Parse($"{host}/a"));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2.5), $"{host} took {clock.Elapsed}");
            Assert.Equal(ErrorCodes.RegistryUnreachable, error.Code);
            Assert.Contains(host, error.Message, StringComparison.Ordinal);
        }

        Array.ForEach(waiting, client => client.Dispose());
        static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [Fact]
    public async Task A_manifest_that_is_too_long_is_not_read()
    {
        using var web = new SmallWebServer(_ => new byte[5 * 1024 * 1024]);
        var error = await FindFailsAsync(RegistryReference.Parse($"{web.Address["http://".Length..]}/a"));
        Assert.Equal(ErrorCodes.RegistryCallFailed, error.Code);
    }

    [Theory]
    [InlineData("<html>Please sign in to the network.</html>")]
    [InlineData("[]")]
    [InlineData("{\"token\":5}")]
    [InlineData("{\"token\":\"of two\\nlines\"}")]
    public async Task A_token_server_that_answers_with_something_else_is_an_error_of_the_registry(string text)
    {
        using var web = new SmallWebServer(
            request => request.Url!.AbsolutePath == "/token" ? Encoding.UTF8.GetBytes(text) : null, tokens: "/token");
        var error = await FindFailsAsync(RegistryReference.Parse($"{web.Address["http://".Length..]}/a"));
        Assert.Equal(ErrorCodes.RegistryCallFailed, error.Code);
        Assert.Contains("token server 127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private async Task<CrCacheException> FindFailsAsync(RegistryReference repository)
    {
        using var registry = _client.Open(repository);
        return await Assert.ThrowsAsync<CrCacheException>(() => registry.FindAsync(_record.Key, default));
    }

    private async Task AssertPushAndFindAsync(RegistryReference repository)
    {
        using var registry = _client.Open(repository);
        await registry.PushAsync(_record, _client.NewArchive(1000), null, _progress, default);
        using var other = _client.Open(repository);
        Assert.Equal(_record, (await other.FindAsync(_record.Key, default))?.Record);
    }
}
