using System.IO.Compression;
using CrCache.Diagnostics;

namespace CrCache.Compression;

/// <summary>How an archive is compressed: with Zstandard where the machine has its library, else with gzip. Podman and checkpointctl tell them apart as well.</summary>
internal static class ArchiveCompression
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> ZstandardMagic => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>Compresses what a method writes; the target stays open.</summary>
    public static async Task CompressAsync(Stream target, bool withZstandard, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        if (!withZstandard)
        {
            var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true);
            await using (gzip.ConfigureAwait(false))
            {
                await write(gzip).ConfigureAwait(false);
            }

            return;
        }

        var zstandard = new ZstandardStream(target, CompressionMode.Compress);
        await using (zstandard.ConfigureAwait(false))
        {
            await write(zstandard).ConfigureAwait(false);
            await zstandard.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Decompresses an archive.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="CrCacheException">This machine cannot do it (CRC3010).</exception>
    public static Stream Decompress(FileStream archive)
    {
        if (!StartsWith(archive, ZstandardMagic))
        {
            return StartsWith(archive, GzipMagic)
                ? new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true)
                : throw new InvalidDataException("It is no archive.");
        }

        return Zstandard.IsAvailable
            ? new ZstandardStream(archive, CompressionMode.Decompress)
            : throw new CrCacheException(
                ErrorCodes.NoDecompressor,
                $"The checkpoint {archive.Name} is compressed with Zstandard, and this machine does not have its library. Install libzstd 1.4 or later.");
    }

    /// <summary>How an archive is compressed, in the words of OCI media types: <c>zstd</c> or <c>gzip</c>.</summary>
    public static string NameOf(string path)
    {
        using var archive = File.OpenRead(path);
        return StartsWith(archive, ZstandardMagic) ? "zstd" : "gzip";
    }

    private static bool StartsWith(FileStream archive, ReadOnlySpan<byte> magic)
    {
        Span<byte> start = stackalloc byte[magic.Length];
        archive.Position = 0;
        var found = archive.ReadAtLeast(start, magic.Length, throwOnEndOfStream: false) == magic.Length && start.SequenceEqual(magic);
        archive.Position = 0;
        return found;
    }
}
