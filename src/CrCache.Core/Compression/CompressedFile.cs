using System.IO.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace CrCache.Compression;

/// <summary>
/// Files that are compressed: with Zstandard, or with gzip, which machines that had no library for Zstandard wrote once. Podman and
/// checkpointctl tell them apart as well.
/// </summary>
internal static class CompressedFile
{
    // What equals something up to 128 MB back is not stored again: a stopped server's files are mostly those of the dump, and
    // its memory holds pages of them. (MySQL: 5.6 MB without, 3.7 MB with it, in 1.9 s in place of 0.5 s.)
    private const int WindowLog = 27;
    private const int Level = 9;
    private const int BufferSize = 1 << 17;

    /// <summary>How something is compressed that begins like that, by OCI's names: <c>zstd</c>, <c>gzip</c>, or null.</summary>
    public static string? NameOf(ReadOnlySpan<byte> start) => start switch
    {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [0x1f, 0x8b, ..] => "gzip",
        _ => null,
    };

    /// <summary>The same of a file, which is at its beginning then.</summary>
    public static string? NameOf(FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        file.Position = 0;
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return NameOf(start[..length]);
    }

    /// <summary>Compresses what a method writes, with Zstandard; the target stays open. Equal content gives equal bytes.</summary>
    public static async Task WriteAsync(Stream target, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var frame = new Frame(target);
        await using (frame.ConfigureAwait(false))
        {
            await write(frame).ConfigureAwait(false);
            await frame.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has a method read the content of a file, from its beginning on; the file stays open.</summary>
    /// <exception cref="InvalidDataException">It is not compressed, damaged, or cut off.</exception>
    public static async Task<T> ReadAsync<T>(FileStream file, Func<Stream, Task<T>> read)
    {
        Stream content = NameOf(file) switch
        {
            "zstd" => new DecompressionStream(file, BufferSize),
            "gzip" => new GZipStream(file, CompressionMode.Decompress, leaveOpen: true),
            _ => throw new InvalidDataException("It is no archive."),
        };
        await using (content.ConfigureAwait(false))
        {
            try
            {
                return await read(content).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ZstdException or EndOfStreamException)
            {
                throw new InvalidDataException($"Its compression is damaged: {e.Message}.", e);
            }
        }
    }

    // The library ends the frame whenever it is flushed or disposed of. This one is whole, or has only its beginning.
    private sealed class Frame : CompressionStream
    {
        public Frame(Stream target)
            : base(target, Level, BufferSize)
        {
            SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, WindowLog);
            SetParameter(ZSTD_cParameter.ZSTD_c_enableLongDistanceMatching, 1);
            SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        }

        public Task FinishAsync(CancellationToken cancellationToken) => base.FlushAsync(cancellationToken);

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
