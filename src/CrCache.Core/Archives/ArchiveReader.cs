using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrCache.Compression;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Names;
using CrCache.Store;
using CrCache.Tar;

namespace CrCache.Archives;

/// <summary>Reads archives. Nothing of a file is trusted before all of it was read.</summary>
internal static class ArchiveReader
{
    private const int LongestRecord = 16 << 20;
    private const int LongestDigests = 16 << 20;

    /// <summary>Reads the record alone.</summary>
    /// <exception cref="CrCacheException">The file is missing, or no archive of this version (CRC3008).</exception>
    public static Task<ArchiveRecord> ReadRecordAsync(string path, CancellationToken cancellationToken) =>
        OpenAsync(
            path,
            async (content, token) => (await ReadRecordAsync(new TarReader(content), token).ConfigureAwait(false)).Record,
            cancellationToken);

    /// <summary>Unpacks an archive and verifies all of it.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="directory">An empty directory; only what the layout knows is written there.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CrCacheException">The file is missing, damaged, cut off, or no archive of this version (CRC3008).</exception>
    public static Task<UnpackedArchive> UnpackAsync(string path, string directory, CancellationToken cancellationToken) =>
        OpenAsync(path, (content, token) => UnpackAsync(content, directory, token), cancellationToken);

    /// <summary>What the store's index holds of an archive; null where the file is none.</summary>
    public static async Task<ArchiveEntry?> DescribeAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var record = await ReadRecordAsync(path, cancellationToken).ConfigureAwait(false);
            var diffId = await OpenAsync<string>(path, Digest.OfAsync, cancellationToken).ConfigureAwait(false);
            return new UnpackedArchive(record, diffId).ToEntry();
        }
        catch (CrCacheException)
        {
            return null;
        }
    }

    private static async Task<T> OpenAsync<T>(
        string path, Func<CountingStream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(
                path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Options = FileOptions.SequentialScan });
            await using (file.ConfigureAwait(false))
            {
                return await CompressedFile.ReadAsync(
                    file,
                    tar => read(new CountingStream(tar, ContentLimit.Of(file.Length)), cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException
            or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new CrCacheException(
                ErrorCodes.BrokenArchive, $"The checkpoint {path} cannot be used: {e.Message} Delete it; it is made again then.", e);
        }
    }

    private static async Task<(ArchiveRecord Record, string Digest)> ReadRecordAsync(TarReader reader, CancellationToken cancellationToken)
    {
        var member = await reader.NextAsync(cancellationToken).ConfigureAwait(false);
        if (member is not { Name: ArchiveLayout.Record, Type: TarType.File, Size: > 0 and <= LongestRecord })
        {
            throw new InvalidDataException("It is no checkpoint of CrCache.");
        }

        using var content = new MemoryStream();
        await reader.Content.CopyToAsync(content, cancellationToken).ConfigureAwait(false);
        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        return (ArchiveRecordReader.Read(bytes.Span), Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
    }

    /// <summary>Unpacks and verifies the tar of an archive.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    /// <exception cref="JsonException">Its record is damaged.</exception>
    internal static async Task<UnpackedArchive> UnpackAsync(CountingStream tar, string directory, CancellationToken cancellationToken)
    {
        using var sha = SHA256.Create();
        using var content = new CryptoStream(tar, sha, CryptoStreamMode.Read, leaveOpen: true);
        var reader = new TarReader(content);
        var (record, digest) = await ReadRecordAsync(reader, cancellationToken).ConfigureAwait(false);
        var digests = new Dictionary<string, string>(StringComparer.Ordinal) { [ArchiveLayout.Record] = digest };
        byte[]? expected = null;
        IReadOnlyList<(string, byte[])>? signatures = null;
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } member)
        {
            if (expected is null && member is { Type: TarType.Directory, Name: ArchiveLayout.Dump })
            {
                Directory.CreateDirectory(Path.Combine(directory, ArchiveLayout.Dump));
                continue;
            }

            // Before anything of it is written: what is too much fills no disk.
            tar.Refuse(member.Size);

            // Behind the digests there are signatures, once, and nothing else.
            if ((member.Name == ArchiveLayout.Signatures) != (expected is not null)
                || signatures is not null
                || member.Type != TarType.File
                || !ArchiveLayout.Knows(member.Name)
                || digests.ContainsKey(member.Name))
            {
                throw new InvalidDataException($"It holds what no checkpoint does: '{TarPath.ToText(member.Name)}'.");
            }

            if (member.Name == ArchiveLayout.Digests)
            {
                expected = await ReadTextAsync(reader, member, LongestDigests, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (member.Name == ArchiveLayout.Signatures)
            {
                signatures = ArchiveSignatures.Read(
                    await ReadTextAsync(reader, member, ArchiveSignatures.Longest, cancellationToken).ConfigureAwait(false));
                continue;
            }

            digests[member.Name] = await SaveAsync(reader.Content, Path.Combine(directory, member.Name), cancellationToken)
                .ConfigureAwait(false);
        }

        await ReadEndAsync(content, cancellationToken).ConfigureAwait(false);
        Verify(expected ?? throw new InvalidDataException("It is cut off."), digests);
        if (ArchiveRecordReader.MembersOf(record).FirstOrDefault(name => !File.Exists(Path.Combine(directory, name))) is { } missing)
        {
            throw new InvalidDataException($"It does not hold '{missing}', which its record names.");
        }

        return new UnpackedArchive(record, Digest.Of(sha)) { Signatures = new ArchiveSignatures(expected, signatures ?? []) };
    }

    // The checksum of the compression stands at its end. No digest covers what is behind the tar's.
    private static async Task ReadEndAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        while (await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var length)
        {
            if (buffer.AsSpan(0, length).ContainsAnyExcept((byte)0))
            {
                throw new InvalidDataException("Something is behind its end.");
            }
        }
    }

    private static async Task<byte[]> ReadTextAsync(TarReader reader, TarMember member, int longest, CancellationToken cancellationToken)
    {
        if (member.Size > longest)
        {
            throw new InvalidDataException($"Its '{member.Name}' is too long.");
        }

        using var text = new MemoryStream();
        await reader.Content.CopyToAsync(text, cancellationToken).ConfigureAwait(false);
        return text.ToArray();
    }

    private static void Verify(byte[] expected, Dictionary<string, string> digests)
    {
        var lines = Encoding.ASCII.GetString(expected)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal);
        var actual = digests.Select(digest => $"{digest.Value}  {digest.Key}").Order(StringComparer.Ordinal);
        if (!lines.SequenceEqual(actual, StringComparer.Ordinal))
        {
            throw new InvalidDataException("Its content does not fit its digests.");
        }
    }

    private static async Task<string> SaveAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var sha = SHA256.Create();
        var file = PrivateFile.Create(path);
        await using (file.ConfigureAwait(false))
        {
            using var hashed = new CryptoStream(content, sha, CryptoStreamMode.Read, leaveOpen: true);
            await hashed.CopyToAsync(file, 1 << 17, cancellationToken).ConfigureAwait(false);
        }

        return Convert.ToHexStringLower(sha.Hash!);
    }
}
