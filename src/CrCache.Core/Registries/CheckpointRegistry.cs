using CrCache.Diagnostics;
using CrCache.DockerConfiguration;
using CrCache.Names;

namespace CrCache.Registries;

/// <summary>
/// The checkpoints of one repository of a registry: an image for each key, whose only layer is the archive. For one task
/// at a time. Every call throws <see cref="CrCacheException"/>: the registry does not answer (CRC4004), denies access
/// (CRC4005), fails (CRC4006), has something else than it should (CRC4007), or is not trusted (CRC4008).
/// </summary>
public sealed partial class CheckpointRegistry : IDisposable
{
    // A build asks before it makes a checkpoint: a registry that is not there must cost next to nothing.
    private static readonly TimeSpan LookupLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ManifestLimit = TimeSpan.FromMinutes(1);
    private const int LongestManifest = 4 * 1024 * 1024;
    private readonly RegistryReference _reference;
    private readonly RegistryClient _client;

    /// <summary>Opens a repository with docker's configuration of this user; nothing is sent yet.</summary>
    public CheckpointRegistry(RegistryReference reference)
        : this(reference, DockerSettings.DefaultDirectory)
    {
    }

    /// <summary>Opens a repository with docker's configuration from a directory.</summary>
    public CheckpointRegistry(RegistryReference reference, string dockerDirectory)
    {
        _reference = reference;
        _client = new RegistryClient(reference, dockerDirectory);
    }

    /// <summary>Asks whether the registry is there and accepts the user; at most 2 s.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => CallAsync(async () =>
    {
        using var patience = new Patience(LookupLimit, cancellationToken);
        using var answer = await _client.SendAsync(new RegistryRequest(HttpMethod.Get, "/v2/"), patience).ConfigureAwait(false);
        return true;
    });

    /// <summary>The checkpoint of that key, or null; at most 2 s where the registry does not answer.</summary>
    public Task<RemoteCheckpoint?> FindAsync(string key, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        using var patience = new Patience(LookupLimit, cancellationToken);
        var request = new RegistryRequest(HttpMethod.Get, Manifest(key));
        using var answer = await _client.FindAsync(request, patience).ConfigureAwait(false);
        if (answer is null)
        {
            return null;
        }

        var text = await patience.WaitAsync(token => RegistryBody.ReadAsync(answer, LongestManifest, token)).ConfigureAwait(false);
        var digest = Digest.Of(text);
        if (DigestOf(answer) is { } said && said != digest)
        {
            throw Wrong(key, $"its manifest has the digest {digest}, and the registry says {said}");
        }

        return CheckpointManifest.Read(text) is not { } found ? throw Wrong(key, "it is no checkpoint of CrCache")
            : found.Record.Key != key ? throw Wrong(key, $"it is that of the key {found.Record.Key}")
            : found;
    });

    /// <summary>Fetches the archive of that key. The file is there afterwards only if all of it is what was pushed.</summary>
    /// <param name="key">The key.</param>
    /// <param name="temporaryPath">Where nothing is yet. The file is readable by its owner only.</param>
    /// <param name="progress">Is told once a second how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was fetched; null where the registry has no such key.</returns>
    public async Task<RemoteCheckpoint?> PullAsync(
        string key, string temporaryPath, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var free = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(temporaryPath))!).AvailableFreeSpace;
        if (free < found.ArchiveSize)
        {
            throw new CrCacheException(
                ErrorCodes.StoreUnusable,
                $"The checkpoint {found.Record.Name} of {_reference} has {found.ArchiveSize} bytes, "
                + $"and {Path.GetDirectoryName(temporaryPath)} has room for {free}.");
        }

        var layer = new DescriptorModel("", found.ArchiveDigest, found.ArchiveSize);
        var transfer = new TransferProgress($"pulling {found.Record.Name} from {_reference}", layer.Size, progress);
        return await CallAsync(async () =>
        {
            await new BlobDownload(_client, layer, transfer).RunAsync(temporaryPath, cancellationToken).ConfigureAwait(false);
            return found;
        }).ConfigureAwait(false);
    }

    /// <summary>Uploads what the registry does not have yet, and names it by the key. What had that name loses it.</summary>
    /// <param name="record">What the registry is told.</param>
    /// <param name="archivePath">The archive; nobody may write to it meanwhile.</param>
    /// <param name="mountFrom">Another repository of the same registry that may have the archive, or null.</param>
    /// <param name="progress">Is told once a second how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<PushedCheckpoint> PushAsync(
        RegistryRecord record, string archivePath, string? mountFrom, IProgress<string> progress, CancellationToken cancellationToken) =>
        CallAsync(async () =>
        {
            var archive = File.OpenRead(archivePath);
            await using (archive.ConfigureAwait(false))
            {
                var layer = new DescriptorModel(
                    MediaTypes.LayerOf(archive),
                    await Digest.OfAsync(archive, cancellationToken).ConfigureAwait(false),
                    archive.Length);
                var (config, configText, text) = CheckpointManifest.Write(record, layer);
                var digest = Digest.Of(text);
                if (await FindDigestAsync(record.Key, cancellationToken).ConfigureAwait(false) == digest)
                {
                    return new PushedCheckpoint(digest, 0);
                }

                using var configStream = new MemoryStream(configText);
                var sent = await UploadAsync(layer, archive).ConfigureAwait(false)
                    + await UploadAsync(config, configStream).ConfigureAwait(false);
                await PutManifestAsync(record.Key, text, digest, cancellationToken).ConfigureAwait(false);
                return new PushedCheckpoint(digest, sent);
            }

            Task<long> UploadAsync(DescriptorModel blob, Stream content)
            {
                var transfer = new TransferProgress($"pushing {record.Name} to {_reference}", blob.Size, progress);
                return new BlobUpload(_client, blob, content, mountFrom, transfer).RunAsync(cancellationToken);
            }
        });

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static string Manifest(string key) => KeyShape.IsOne(key)
        ? $"manifests/{key}"
        : throw new ArgumentException($"'{key}' is not a key of 64 hexadecimal digits.", nameof(key));

    private static string? DigestOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.First() : null;

    private async Task<string?> FindDigestAsync(string key, CancellationToken cancellationToken)
    {
        using var patience = new Patience(LookupLimit, cancellationToken);
        using var answer = await _client.FindAsync(new RegistryRequest(HttpMethod.Head, Manifest(key)), patience).ConfigureAwait(false);
        return answer is null ? null : DigestOf(answer);
    }

    private async Task PutManifestAsync(string key, byte[] text, string digest, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Put, Manifest(key))
        {
            Content = () => new ByteArrayContent(text) { Headers = { ContentType = new(MediaTypes.Manifest) } },
        };
        for (var retry = new Retry(); ;)
        {
            try
            {
                using var patience = new Patience(ManifestLimit, cancellationToken);
                using var answer = await _client.SendAsync(request, patience).ConfigureAwait(false);
                if (DigestOf(answer) is { } said && said != digest)
                {
                    throw Wrong(key, $"it has stored the manifest {said} instead of {digest}");
                }

                return;
            }
            catch (Exception e) when (retry.Allows(e))
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private CrCacheException Wrong(string key, string how) => new(
        ErrorCodes.RegistryContentWrong,
        $"What the registry has at {_reference}:{key} cannot be used: {how}. Remove the tag there and push again.");

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (RegistryCallException e)
        {
            throw new CrCacheException(
                ErrorCodes.RegistryCallFailed,
                $"The registry {_reference.Host} failed for {_reference.Repository}: it answers {e.Message}.",
                e);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            throw new CrCacheException(
                ErrorCodes.RegistryUnreachable, $"The registry {_reference.Host} cannot be reached: {Reason(e)}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.StoreUnusable, $"A checkpoint's archive cannot be read or written: {e.Message}", e);
        }
    }

    // HttpClient's own words are about itself: "An error occurred while sending the request."
    private static string Reason(Exception failure) =>
        (failure is HttpRequestException { InnerException: { } cause } ? cause : failure).Message.TrimEnd('.');
}
