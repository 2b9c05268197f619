using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrCache.Compression;
using CrCache.Names;
using CrCache.Tar;

namespace CrCache.Archives;

/// <summary>Writes an unpacked archive as one file.</summary>
internal static class ArchiveWriter
{
    /// <summary>
    /// Writes record, members, digests and signatures to a stream, compressed. Equal content and keys give equal bytes.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="directory">The unpacked archive.</param>
    /// <param name="output">Where to; it stays open.</param>
    /// <param name="keys">Who signs it; null for nobody.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The digest of the tar before its compression, <c>sha256:…</c>: as a layer of an image, its diff id.</returns>
    public static async Task<string> WriteAsync(
        ArchiveRecord record, string directory, Stream output, ArchiveKeys? keys, CancellationToken cancellationToken)
    {
        using var sha = SHA256.Create();
        await CompressedFile.WriteAsync(
            output,
            async compressed =>
            {
                var hashed = new CryptoStream(compressed, sha, CryptoStreamMode.Write, leaveOpen: true);
                await using (hashed.ConfigureAwait(false))
                {
                    await WriteMembersAsync(record, directory, hashed, keys, cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return Digest.Of(sha);
    }

    private static async Task WriteMembersAsync(
        ArchiveRecord record, string directory, Stream output, ArchiveKeys? keys, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(output);
        var digests = new StringBuilder();
        var json = JsonSerializer.SerializeToUtf8Bytes(record, ArchiveJson.Default.ArchiveRecord);
        await AddAsync(ArchiveLayout.Record, new MemoryStream(json)).ConfigureAwait(false);
        var inDump = false;
        foreach (var member in ArchiveLayout.MembersOf(directory))
        {
            if (!inDump && member.StartsWith(ArchiveLayout.Dump, StringComparison.Ordinal))
            {
                inDump = true;
                var folder = new TarMember
                {
                    Name = ArchiveLayout.Dump.TrimEnd('/'),
                    Type = TarType.Directory,
                    Mode = Convert.ToInt32("700", 8),
                };
                await writer.WriteAsync(folder, cancellationToken).ConfigureAwait(false);
            }

            var file = new FileStream(
                Path.Combine(directory, member),
                new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.Read,
                    Options = FileOptions.SequentialScan,
                    BufferSize = 0,
                });
            await using (file.ConfigureAwait(false))
            {
                await AddAsync(member, file).ConfigureAwait(false);
            }
        }

        var content = Encoding.ASCII.GetBytes(digests.ToString());
        await WriteLastAsync(ArchiveLayout.Digests, content).ConfigureAwait(false);
        if (keys is not null)
        {
            await WriteLastAsync(ArchiveLayout.Signatures, Encoding.ASCII.GetBytes(keys.Sign(content))).ConfigureAwait(false);
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);

        ValueTask WriteLastAsync(string name, byte[] text) =>
            writer.WriteAsync(Member(name, text.Length), new MemoryStream(text), cancellationToken);

        async Task AddAsync(string name, Stream stream)
        {
            using var sha = SHA256.Create();
            using var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Read, leaveOpen: true);
            await writer.WriteAsync(Member(name, stream.Length), hashed, cancellationToken).ConfigureAwait(false);

            // A file without content is not read, and has a digest all the same.
            var digest = stream.Length > 0 ? sha.Hash! : SHA256.HashData([]);
            digests.Append(Convert.ToHexStringLower(digest)).Append("  ").Append(name).Append('\n');
        }
    }

    private static TarMember Member(string name, long size) => new() { Name = name, Type = TarType.File, Size = size };
}
