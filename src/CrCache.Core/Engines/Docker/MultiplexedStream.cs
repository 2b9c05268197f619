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
        using var output = new MemoryStream();
        await CopyAsync(stream, output, cancellationToken).ConfigureAwait(false);
        return Text(output);
    }

    /// <summary>Copies the payloads as they come; what came before an exception is in the output.</summary>
    public static async Task CopyAsync(Stream stream, MemoryStream output, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        while (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) == HeaderLength)
        {
            var payload = new byte[BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4))];
            var read = await stream.ReadAtLeastAsync(payload, payload.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            output.Write(payload, 0, read);
        }
    }

    /// <summary>What was copied, as text.</summary>
    public static string Text(MemoryStream output) => Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
}
