using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Store;

namespace CrCache.Archives;

/// <summary>Reads archives. Nothing of a file is trusted before all of it was read.</summary>
internal static class ArchiveReader
{
    private const int LongestRecord = 16 << 20;
    private const int LongestDigests = 16 << 20;

    // Memory and databases of real servers shrink 10 to 60 times. A file of a few MB that would fill a disk is no checkpoint.
    private const long AnyFile = 1L << 30;
    private const int LargestRatio = 250;

    /// <summary>Reads the record alone.</summary>
    /// <exception cref="CrCacheException">The file is missing, or no archive of this version (CRC3008).</exception>
    public static Task<ArchiveRecord> ReadRecordAsync(string path, CancellationToken cancellationToken) =>
        OpenAsync(path, async (content, token) => (await ReadRecordAsync(new TarReader(content), token).ConfigureAwait(false)).Record, cancellationToken);

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
            var diffId = await OpenAsync(path, async (tar, token) => await SHA256.HashDataAsync(tar, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            return new ArchiveEntry
            {
                Key = record.Key,
                Name = record.Spec.Name,
                Image = record.Spec.Image,
                Created = record.Created,
                DiffId = "sha256:" + Convert.ToHexStringLower(diffId),
            };
        }
        catch (CrCacheException)
        {
            return null;
        }
    }

    private static async Task<T> OpenAsync<T>(string path, Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(
                path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Options = FileOptions.SequentialScan });
            await using (file.ConfigureAwait(false))
            {
                var tar = ArchiveCompression.Decompress(file);
                await using (tar.ConfigureAwait(false))
                {
                    var limit = Math.Max(AnyFile, file.Length > long.MaxValue / LargestRatio ? long.MaxValue : file.Length * LargestRatio);
                    return await read(new CountingStream(tar, limit), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.BrokenArchive, $"The checkpoint {path} cannot be used: {e.Message} Delete it; it is made again then.", e);
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
        return (Parse(bytes), Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
    }

    private static ArchiveRecord Parse(ReadOnlyMemory<byte> json)
    {
        // The version first: a newer one may have members that this one does not know.
        using (var document = JsonDocument.Parse(json))
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("format", out var format) || !format.TryGetInt32(out var number) || number != ArchiveRecord.CurrentFormat)
            {
                throw new InvalidDataException($"It is of a version of CrCache whose format this one does not know (format {ArchiveRecord.CurrentFormat}).");
            }
        }

        var record = JsonSerializer.Deserialize(json.Span, CoreJson.Default.ArchiveRecord)!;
        foreach (var files in new[] { record.Memory, record.Files }.OfType<ArchivedFiles>())
        {
            if (files.Volumes.Values.Append("rootfs-diff.tar").Any(name => !ArchiveLayout.Knows(files.Folder + name)))
            {
                throw new InvalidDataException("Its record names members that no checkpoint has.");
            }
        }

        return record;
    }

    private static async Task<UnpackedArchive> UnpackAsync(Stream compressed, string directory, CancellationToken cancellationToken)
    {
        using var sha = SHA256.Create();
        using var content = new CryptoStream(compressed, sha, CryptoStreamMode.Read, leaveOpen: true);
        var reader = new TarReader(content);
        var (record, digest) = await ReadRecordAsync(reader, cancellationToken).ConfigureAwait(false);
        var digests = new Dictionary<string, string>(StringComparer.Ordinal) { [ArchiveLayout.Record] = digest };
        string? expected = null;
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } member)
        {
            if (member is { Type: TarType.Directory, Name: ArchiveLayout.Dump })
            {
                Directory.CreateDirectory(Path.Combine(directory, ArchiveLayout.Dump));
                continue;
            }

            if (expected is not null || member.Type != TarType.File || !ArchiveLayout.Knows(member.Name) || digests.ContainsKey(member.Name))
            {
                throw new InvalidDataException($"It holds what no checkpoint does: '{TarPath.ToText(member.Name)}'.");
            }

            if (member.Name == ArchiveLayout.Digests)
            {
                expected = await ReadDigestsAsync(reader, member, cancellationToken).ConfigureAwait(false);
                continue;
            }

            digests[member.Name] = await SaveAsync(reader.Content, Path.Combine(directory, member.Name), cancellationToken).ConfigureAwait(false);
        }

        // The checksum of the compression stands at its end.
        await content.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        Verify(expected, digests);
        return new UnpackedArchive(record, "sha256:" + Convert.ToHexStringLower(sha.Hash!));
    }

    private static async Task<string> ReadDigestsAsync(TarReader reader, TarMember member, CancellationToken cancellationToken)
    {
        if (member.Size > LongestDigests)
        {
            throw new InvalidDataException("Its list of digests is too long.");
        }

        using var text = new StreamReader(reader.Content, Encoding.ASCII);
        return await text.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void Verify(string? expected, Dictionary<string, string> digests)
    {
        var lines = (expected ?? throw new InvalidDataException("It is cut off."))
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
