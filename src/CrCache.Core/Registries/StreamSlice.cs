using System.Net;
using System.Net.Http.Headers;

namespace CrCache.Registries;

/// <summary>A part of a file as the body of a request; read while it is sent, so that memory does not grow with it.</summary>
internal sealed class StreamSlice : HttpContent
{
    private readonly Stream _source;
    private readonly long _start;
    private readonly long _length;
    private readonly Action<long> _sent;

    /// <param name="source">The whole, which can seek.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="sent">Is told the position after each piece.</param>
    public StreamSlice(Stream source, long start, long length, Action<long> sent)
    {
        (_source, _start, _length, _sent) = (source, start, length, sent);
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (length > 0)
        {
            // The distribution API's own form, which is not that of HTTP: no unit and no total.
            Headers.TryAddWithoutValidation("Content-Range", $"{start}-{start + length - 1}");
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        _source.Position = _start;
        for (var left = _length; left > 0;)
        {
            var room = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
            var count = await _source.ReadAtLeastAsync(room, 1, cancellationToken: cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            left -= count;
            _sent(_start + _length - left);
        }
    }
}
