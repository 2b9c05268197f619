using CrCache.Diagnostics;
using CrCache.Registries;

namespace CrCache.Engine.Tests;

/// <summary>Connections to a real registry that break.</summary>
[Collection(EngineTests.Name)]
public sealed class RegistryInterruptionTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;
    private readonly RegistryClientFolder _client = new();
    private readonly Progress<string> _progress = new();
    private readonly RegistryRecord _record = RegistryClientFolder.NewRecord();

    public void Dispose() => _client.Dispose();

    [RegistryFact]
    public async Task An_upload_that_broke_goes_on_where_it_was()
    {
        using var server = await RegistryServer.StartAsync();
        var chunks = 0;
        using var proxy = new CuttingProxy(server.Port, (fromClient, piece, _) =>
        {
            // What comes after the head of the second chunk, so that none of its bytes arrive.
            var cut = fromClient && chunks == 2;
            chunks += fromClient && piece.StartsWith("PATCH "u8) ? 1 : 0;
            return cut;
        });
        var archive = _client.NewArchive(40 * Megabyte);
        await PushAsync(proxy, archive);
        Assert.True(proxy.HasCut);
        var requests = await server.RequestsAsync();
        Assert.Single(requests, request => request.StartsWith("GET /v2/a/blobs/uploads/", StringComparison.Ordinal));

        // One upload for the archive and one for the configuration; nothing was sent twice.
        Assert.Equal(2, requests.Count(request => request.StartsWith("POST ", StringComparison.Ordinal)));
        Assert.InRange(proxy.FromClient, 40 * Megabyte, 41 * Megabyte);
        await AssertPulledAsync(server, archive);
    }

    [RegistryFact]
    public async Task An_upload_that_broke_within_a_chunk_succeeds()
    {
        using var server = await RegistryServer.StartAsync();
        using var proxy = new CuttingProxy(server.Port, (fromClient, _, total) => fromClient && total > 24 * Megabyte);
        var archive = _client.NewArchive(40 * Megabyte);
        await PushAsync(proxy, archive);
        Assert.True(proxy.HasCut);
        Assert.InRange(proxy.FromClient, 40 * Megabyte, 65 * Megabyte);
        await AssertPulledAsync(server, archive);
    }

    [RegistryFact]
    public async Task An_upload_whose_last_answer_got_lost_is_complete()
    {
        using var server = await RegistryServer.StartAsync();
        using var proxy = new CuttingProxy(server.Port, (fromClient, piece, _) => !fromClient && piece.StartsWith("HTTP/1.1 201 "u8));
        var archive = _client.NewArchive(Megabyte / 2);
        await PushAsync(proxy, archive);
        Assert.True(proxy.HasCut);

        // The archive's and the configuration's.
        var requests = await server.RequestsAsync();
        Assert.Equal(2, requests.Count(request => request.StartsWith("PUT /v2/a/blobs/uploads/", StringComparison.Ordinal)));
        await AssertPulledAsync(server, archive);
    }

    [RegistryFact]
    public async Task A_download_that_broke_goes_on_where_it_was()
    {
        using var server = await RegistryServer.StartAsync();
        var archive = _client.NewArchive(30 * Megabyte);
        using (var direct = _client.Open(server.Repository("a")))
        {
            await direct.PushAsync(_record, archive, null, _progress, default);
        }

        using var proxy = new CuttingProxy(server.Port, (fromClient, _, total) => !fromClient && total > 20 * Megabyte);
        using var registry = _client.Open(Through(proxy));
        var path = _client.NewPath;
        await registry.PullAsync(_record.Key, path, _progress, default);
        Assert.True(proxy.HasCut);
        Assert.InRange(proxy.FromServer, 30 * Megabyte, 35 * Megabyte);
        await RegistryTransferTests.AssertSameAsync(archive, path);
    }

    [RegistryFact]
    public async Task A_registry_that_goes_away_during_a_download_is_an_error_and_no_file()
    {
        using var server = await RegistryServer.StartAsync();
        using (var direct = _client.Open(server.Repository("a")))
        {
            await direct.PushAsync(_record, _client.NewArchive(30 * Megabyte), null, _progress, default);
        }

        using var proxy = new CuttingProxy(server.Port, (fromClient, _, total) =>
        {
            var now = !fromClient && total > 10 * Megabyte;
            if (now)
            {
                server.Stop();
            }

            return now;
        });
        using var registry = _client.Open(Through(proxy));
        var path = _client.NewPath;
        var error = await Assert.ThrowsAsync<CrCacheException>(() => registry.PullAsync(_record.Key, path, _progress, default));
        Assert.Equal(ErrorCodes.RegistryUnreachable, error.Code);
        Assert.False(File.Exists(path));
    }

    private static RegistryReference Through(CuttingProxy proxy) => RegistryReference.Parse($"127.0.0.1:{proxy.Port}/a");

    private async Task PushAsync(CuttingProxy proxy, string archive)
    {
        using var registry = _client.Open(Through(proxy));
        await registry.PushAsync(_record, archive, null, _progress, default);
    }

    private async Task AssertPulledAsync(RegistryServer server, string archive)
    {
        using var registry = _client.Open(server.Repository("a"));
        var path = _client.NewPath;
        Assert.NotNull(await registry.PullAsync(_record.Key, path, _progress, default));
        await RegistryTransferTests.AssertSameAsync(archive, path);
    }
}
