using System.Net;
using System.Security.Cryptography;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Names;

namespace CrCache.Registries;

/// <summary>Fetches one blob into a file. A connection that breaks costs nothing, where the registry serves ranges.</summary>
internal sealed class BlobDownload(RegistryClient client, DescriptorModel blob, TransferProgress progress)
{
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Makes the file, which is gone again unless all of it is right.</summary>
    /// <exception cref="CrCacheException">It is not what the manifest says (CRC4007).</exception>
    public async Task RunAsync(string path, CancellationToken cancellationToken)
    {
        var file = PrivateFile.Create(path);
        try
        {
            await using (file.ConfigureAwait(false))
            {
                await FetchAsync(file, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private async Task FetchAsync(FileStream file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var retry = new Retry();
        while (file.Position < blob.Size)
        {
            try
            {
                await FetchRestAsync(file, hash, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (retry.Allows(e, file.Position))
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        var digest = Digest.Of(hash);
        if (digest != blob.Digest)
        {
            throw Wrong($"its digest is {digest}");
        }
    }

    private async Task FetchRestAsync(FileStream file, IncrementalHash hash, CancellationToken cancellationToken)
    {
        using var patience = new Patience(StallLimit, cancellationToken);
        var request = new RegistryRequest(HttpMethod.Get, $"blobs/{blob.Digest}") { From = file.Position };
        using var answer = await client.SendAsync(request, patience).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.PartialContent || answer.Content.Headers.ContentRange?.From != file.Position)
        {
            // The registry serves no ranges: all of it again.
            file.SetLength(0);
            hash.GetHashAndReset();
        }

        if (answer.Content.Headers.ContentLength is { } length && length != blob.Size - file.Position)
        {
            throw Wrong($"{file.Position + length} bytes of it are there");
        }

        using var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (await ReadSomeAsync().ConfigureAwait(false) is > 0 and var count)
        {
            patience.Took(count);
            if (file.Position + count > blob.Size)
            {
                throw Wrong("it has more bytes");
            }

            hash.AppendData(_buffer, 0, count);
            await file.WriteAsync(_buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            progress.Report(file.Position);
        }

        if (file.Position < blob.Size)
        {
            throw new HttpRequestException("the connection ended before the blob did");
        }

        Task<int> ReadSomeAsync() => patience.WaitAsync(token => RegistryBody.ReadSomeAsync(body, _buffer, token));
    }

    private CrCacheException Wrong(string how) => new(
        ErrorCodes.RegistryContentWrong,
        $"The registry has a wrong blob for {progress.What}: {blob.Digest} should have {blob.Size} bytes, and {how}. "
        + "Remove the tag there and push again.");
}
