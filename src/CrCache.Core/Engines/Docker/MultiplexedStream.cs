using System.Buffers.Binary;
using System.Text;

namespace CrCache.Engines.Docker;

/// <summary>
/// The engine's frames for a container's output without a terminal: one byte for the stream, three of zero, a
/// big-endian length of four, then that many bytes.
/// </summary>
internal static class MultiplexedStream
{
    private const int HeaderLength = 8;

    /// <summary>Reads to the end; standard output and error in the order in which they came, as UTF-8.</summary>
    public static async Task<string> ReadAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        using var output = new MemoryStream();
        while (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == HeaderLength)
        {
            var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4))];
            var read = await stream.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            output.Write(payload, 0, read);
        }

        return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }
}
