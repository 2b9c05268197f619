using System.Text.Json;
using CrCache.Diagnostics;

namespace CrCache.Engine.Tests;

/// <summary>Checkpoints to a real registry and back.</summary>
[Collection(EngineTests.Name)]
public sealed class RegistryTransferTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;
    private readonly RegistryClientFolder _client = new();
    private readonly Progress<string> _progress = new();

    public void Dispose() => _client.Dispose();

    [RegistryFact]
    public async Task What_is_pushed_is_found_and_pulled_over_TLS_with_a_password()
    {
        using var authority = new TestAuthority();
        using var server = await RegistryServer.StartAsync(authority, withPassword: true);
        _client.Trust(server, authority);
        _client.SignIn(server);
        var record = RegistryClientFolder.NewRecord();
        var archive = _client.NewArchive(40 * Megabyte);
        using (var pushing = _client.Open(server.Repository("team/checkpoints")))
        {
            await pushing.PingAsync(default);
            Assert.Null(await pushing.FindAsync(record.Key, default));
            Assert.Null(await pushing.PullAsync(record.Key, _client.NewPath, _progress, default));
            var pushed = await pushing.PushAsync(record, archive, null, _progress, default);
            Assert.True(pushed.SentBytes > 40 * Megabyte);
            Assert.Equal(pushed.Digest, (await pushing.FindAsync(record.Key, default))!.Digest);
        }

        var path = _client.NewPath;
        using var pulling = _client.Open(server.Repository("team/checkpoints"));
        var pulled = await pulling.PullAsync(record.Key, path, _progress, default);
        Assert.Equal(record, pulled!.Record);
        Assert.Equal(40 * Megabyte, pulled.ArchiveSize);
        await AssertSameAsync(archive, path);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [RegistryFact]
    public async Task A_second_push_sends_nothing_and_a_new_name_for_the_same_archive_only_its_record()
    {
        using var server = await RegistryServer.StartAsync();
        using var registry = _client.Open(server.Repository("a"));
        var record = RegistryClientFolder.NewRecord();
        var archive = _client.NewArchive(Megabyte);
        var first = await registry.PushAsync(record, archive, null, _progress, default);
        var before = await server.RequestsAsync();
        var second = await registry.PushAsync(record, archive, null, _progress, default);
        Assert.Equal(first with { SentBytes = 0 }, second);
        var requests = (await server.RequestsAsync()).Skip(before.Count).ToArray();
        Assert.Equal([$"HEAD /v2/a/manifests/{record.Key} 200"], requests);

        var renamed = await registry.PushAsync(record with { Key = new string('0', 64) }, archive, null, _progress, default);
        Assert.NotEqual(first.Digest, renamed.Digest);
        Assert.Equal(0, renamed.SentBytes);
    }

    [RegistryFact]
    public async Task The_image_is_one_that_other_tools_read()
    {
        using var server = await RegistryServer.StartAsync();
        using var registry = _client.Open(server.Repository("a"));
        var record = RegistryClientFolder.NewRecord();
        var pushed = await registry.PushAsync(record, _client.NewArchive(1000), null, _progress, default);
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(server.BlobPath(pushed.Digest)));
        var annotations = manifest.RootElement.GetProperty("annotations");
        foreach (var (name, value) in new[]
        {
            ("org.criu.checkpoint.container.name", "mysql"),
            ("io.podman.annotations.checkpoint.runtime.name", "runc"),
            ("io.kubernetes.cri-o.annotations.checkpoint.name", "mysql"),
            ("org.opencontainers.image.created", "2026-01-02T02:04:05.0000000Z"),
            ("dev.crcache.key", record.Key),
        })
        {
            Assert.Equal(value, annotations.GetProperty(name).GetString());
        }

        var configDigest = manifest.RootElement.GetProperty("config").GetProperty("digest").GetString()!;
        using var config = JsonDocument.Parse(await File.ReadAllBytesAsync(server.BlobPath(configDigest)));
        Assert.Equal(record.DiffId, config.RootElement.GetProperty("rootfs").GetProperty("diff_ids")[0].GetString());

        // What cannot be restored from memory is not offered to those that would try.
        var cold = await registry.PushAsync(record with { HasMemory = false }, _client.NewArchive(1000), null, _progress, default);
        var text = await File.ReadAllTextAsync(server.BlobPath(cold.Digest));
        Assert.DoesNotContain("checkpoint.container.name", text, StringComparison.Ordinal);
        Assert.DoesNotContain("io.podman", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cri-o", text, StringComparison.Ordinal);
    }

    [RegistryFact]
    public async Task What_another_repository_has_is_mounted()
    {
        using var server = await RegistryServer.StartAsync();
        var record = RegistryClientFolder.NewRecord();
        var archive = _client.NewArchive(Megabyte);
        using (var source = _client.Open(server.Repository("team/source")))
        {
            await source.PushAsync(record, archive, null, _progress, default);
        }

        using var registry = _client.Open(server.Repository("team/target"));
        Assert.Equal(0, (await registry.PushAsync(record, archive, "team/source", _progress, default)).SentBytes);
        Assert.DoesNotContain(
            await server.RequestsAsync(), request => request.StartsWith("PUT /v2/team/target/blobs", StringComparison.Ordinal));
        var path = _client.NewPath;
        await registry.PullAsync(record.Key, path, _progress, default);
        await AssertSameAsync(archive, path);

        // Where that repository has it not, it is sent.
        using var other = _client.Open(server.Repository("team/other"));
        Assert.True((await other.PushAsync(record, archive, "team/empty", _progress, default)).SentBytes > Megabyte);
    }

    [RegistryFact]
    public async Task A_changed_blob_is_an_error_and_no_file()
    {
        using var server = await RegistryServer.StartAsync();
        using var registry = _client.Open(server.Repository("a"));
        var record = RegistryClientFolder.NewRecord();
        await registry.PushAsync(record, _client.NewArchive(Megabyte), null, _progress, default);
        var blob = server.BlobPath((await registry.FindAsync(record.Key, default))!.ArchiveDigest);
        var bytes = await File.ReadAllBytesAsync(blob);
        bytes[500]++;
        await AssertRefusedAsync(bytes);
        await AssertRefusedAsync(bytes[..^1]);
        await AssertRefusedAsync([.. bytes, 1]);

        async Task AssertRefusedAsync(byte[] changed)
        {
            await File.WriteAllBytesAsync(blob, changed);
            var path = _client.NewPath;
            var error = await Assert.ThrowsAsync<CrCacheException>(() => registry.PullAsync(record.Key, path, _progress, default));
            Assert.Equal(ErrorCodes.RegistryContentWrong, error.Code);
            Assert.False(File.Exists(path));
        }
    }

    [RegistryFact]
    public async Task A_tag_that_was_moved_to_another_checkpoint_is_an_error()
    {
        using var server = await RegistryServer.StartAsync();
        using var registry = _client.Open(server.Repository("a"));
        var record = RegistryClientFolder.NewRecord();
        var pushed = await registry.PushAsync(record, _client.NewArchive(1000), null, _progress, default);
        var tags = Path.Combine(server.Storage, "docker/registry/v2/repositories/a/_manifests/tags");
        var wrong = new string('1', 64);
        Directory.CreateDirectory(Path.Combine(tags, wrong, "current"));
        await File.WriteAllTextAsync(Path.Combine(tags, wrong, "current/link"), pushed.Digest);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => registry.FindAsync(wrong, default));
        Assert.Equal(ErrorCodes.RegistryContentWrong, error.Code);
        Assert.Contains(record.Key, error.Message, StringComparison.Ordinal);
    }

    [RegistryFact]
    public async Task Memory_does_not_grow_with_the_archive_and_progress_is_reported()
    {
        using var server = await RegistryServer.StartAsync();
        using var registry = _client.Open(server.Repository("a"));
        var record = RegistryClientFolder.NewRecord();
        var archive = _client.NewPath;
        await using (var file = File.Create(archive))
        {
            file.SetLength(300L * Megabyte);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var path = _client.NewPath;
        var progress = new KeptProgress();
        await registry.PushAsync(record, archive, null, progress, default);
        await registry.PullAsync(record.Key, path, progress, default);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated < 50 * Megabyte, $"{allocated / Megabyte} MB were allocated for 300 MB both ways");
        Assert.Equal(300L * Megabyte, new FileInfo(path).Length);
        var form = $"^(pushing mysql to|pulling mysql from) {server.Host}/a: [0-9]+ of 315 MB$";
        Assert.All(progress.Lines, line => Assert.Matches(form, line));
        Assert.Contains(progress.Lines, line => line.StartsWith("pushing", StringComparison.Ordinal));
    }

    internal static async Task AssertSameAsync(string expected, string actual)
    {
        var (one, other) = (await File.ReadAllBytesAsync(expected), await File.ReadAllBytesAsync(actual));
        Assert.True(one.AsSpan().SequenceEqual(other), $"{actual} differs");
    }

    // Progress<T> reports on another thread, perhaps after the test.
    private sealed class KeptProgress : IProgress<string>
    {
        public List<string> Lines { get; } = [];

        public void Report(string value) => Lines.Add(value);
    }
}
