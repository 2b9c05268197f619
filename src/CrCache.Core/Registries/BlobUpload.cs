using System.Globalization;
using System.Net;

namespace CrCache.Registries;

/// <summary>Sends one blob in chunks. A connection that breaks costs the chunk that was under way, where the registry can resume.</summary>
internal sealed class BlobUpload(
    RegistryClient client, DescriptorModel blob, Stream content, string? mountFrom, TransferProgress progress)
{
    private const long UsualChunk = 16 * 1024 * 1024;

    // A part must get through, or an answer come, in that time; to check and store a whole blob takes registries longer.
    private static readonly TimeSpan StallLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CommitLimit = TimeSpan.FromMinutes(10);

    private string? _location;
    private long _position;
    private long _chunk = UsualChunk;

    /// <summary>Sends it, unless the registry has it.</summary>
    /// <returns>The bytes that had to be sent: none, or the blob's size.</returns>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var retry = new Retry();
        while (true)
        {
            try
            {
                if (_location is null && !await StartAsync(cancellationToken).ConfigureAwait(false))
                {
                    return 0;
                }

                await SendRestAsync(cancellationToken).ConfigureAwait(false);
                return blob.Size;
            }
            catch (Exception e) when (retry.Allows(e, _position))
            {
                await retry.PauseAsync(cancellationToken).ConfigureAwait(false);
            }

            await ResumeAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // False where nothing is to be sent. A PUT whose answer got lost is found out here, too.
    private async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        using var patience = new Patience(StallLimit, cancellationToken);
        var question = new RegistryRequest(HttpMethod.Head, $"blobs/{blob.Digest}");
        using var there = await client.FindAsync(question, patience).ConfigureAwait(false);
        if (there is not null)
        {
            return false;
        }

        var mount = mountFrom is null ? "" : $"?mount={Uri.EscapeDataString(blob.Digest)}&from={Uri.EscapeDataString(mountFrom)}";
        var request = new RegistryRequest(HttpMethod.Post, $"blobs/uploads/{mount}") { AlsoReads = mountFrom };
        using var answer = await client.SendAsync(request, patience).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.Created)
        {
            return false;
        }

        _position = 0;
        _chunk = Math.Max(UsualChunk, LeastChunk(answer));
        Follow(answer);
        return true;
    }

    // The last chunk, often the only one, goes with the request that ends the upload.
    private async Task SendRestAsync(CancellationToken cancellationToken)
    {
        while (blob.Size - _position > _chunk)
        {
            var end = _position + _chunk;
            using var answer = await SendAsync(HttpMethod.Patch, _location!, end, StallLimit, cancellationToken).ConfigureAwait(false);
            _position = end;
            Follow(answer);
        }

        var separator = _location!.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        var target = $"{_location}{separator}digest={Uri.EscapeDataString(blob.Digest)}";
        using var done = await SendAsync(HttpMethod.Put, target, blob.Size, CommitLimit, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string target, long end, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = new Patience(limit, cancellationToken);
        var request = new RegistryRequest(method, target)
        {
            Content = () => new StreamSlice(content, _position, end - _position, position =>
            {
                patience.Renew();
                progress.Report(position);
            }),
        };
        return await client.SendAsync(request, patience).ConfigureAwait(false);
    }

    // docker-registry 2.8 gives an upload up when a chunk broke in its middle (its offset is not that of the address);
    // 3.0 and others say how far they got. Where there is nothing to resume, the upload starts again.
    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (_location is null)
        {
            return;
        }

        var location = _location;
        _location = null;
        try
        {
            using var patience = new Patience(StallLimit, cancellationToken);
            using var answer = await client.SendAsync(new RegistryRequest(HttpMethod.Get, location), patience).ConfigureAwait(false);
            if (ReceivedBytes(answer) is { } received && received <= blob.Size)
            {
                _location = location;
                _position = received;
                Follow(answer);
            }
        }
        catch (Exception e) when (e is RegistryCallException or HttpRequestException or TimeoutException)
        {
            // The next start says whether the registry is there at all.
        }
    }

    // "Range: 0-N", N being the last byte that is there; "0-0" is also what an empty upload says. One byte more or less
    // makes the next chunk an error at worst, and then the upload starts again.
    private static long? ReceivedBytes(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Range", out var values)
        && values.First().Split('-') is [_, var last]
        && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            ? end == 0 ? 0 : end + 1
            : null;

    private static long LeastChunk(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("OCI-Chunk-Min-Length", out var values)
        && long.TryParse(values.First(), CultureInfo.InvariantCulture, out var least)
            ? least
            : 0;

    private void Follow(HttpResponseMessage answer) => _location = answer.Headers.Location?.OriginalString ?? _location;
}
