using System.Security.Cryptography;
using System.Text.Json;
using CrCache.Archives;
using CrCache.Compression;
using CrCache.Core.Tests.Tar;
using CrCache.Diagnostics;

namespace CrCache.Core.Tests.Archives;

public sealed class ArchiveTests : IDisposable
{
    private readonly MadeUpArchive _archive = new();

    public void Dispose() => _archive.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_written_is_unpacked(bool withZstandard)
    {
        var diffId = await _archive.WriteAsync(withZstandard);
        using (var file = File.OpenRead(_archive.File))
        {
            Assert.Equal(withZstandard ? "zstd" : "gzip", CompressedFile.NameOf(file));
        }

        var unpacked = await _archive.UnpackAsync();
        Assert.Equal(MadeUpArchive.FilesOf(_archive.Content), MadeUpArchive.FilesOf(_archive.Target));
        Assert.Equal(Json(MadeUpArchive.Record), Json(unpacked.Record));
        Assert.Equal(Json(MadeUpArchive.Record), Json(await ArchiveReader.ReadRecordAsync(_archive.File, default)));
        Assert.Equal(diffId, unpacked.DiffId);
        var entry = (await ArchiveReader.DescribeAsync(_archive.File, default))!;
        Assert.Equal((MadeUpArchive.Record.Key, "mysql", diffId), (entry.Key, entry.Name, entry.DiffId));
    }

    [Fact]
    public async Task Equal_content_gives_equal_bytes()
    {
        await _archive.WriteAsync();
        var first = await File.ReadAllBytesAsync(_archive.File);
        foreach (var file in Directory.GetFiles(_archive.Content, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        await _archive.WriteAsync();
        Assert.Equal(first, await File.ReadAllBytesAsync(_archive.File));
    }

    [Fact]
    public async Task The_diff_id_is_the_digest_of_the_tar_and_the_members_stand_in_the_order_that_readers_need()
    {
        var members = await _archive.MembersAsync();
        var digest = Convert.ToHexStringLower(SHA256.HashData(await TarFile.WriteAsync(members)));
        Assert.Equal("sha256:" + digest, await _archive.WriteAsync());
        var names = members.Select(file => file.Member.Name).ToArray();
        Assert.Equal(ArchiveLayout.Record, names[0]);
        string[] dump =
        [
            "core-1.img", "eventfd.img", "ids-1.img", "mountpoints-13.img", "pages-1.img", "pstree.img", "seccomp.img", "inventory.img",
        ];
        Assert.Equal(["checkpoint", .. dump.Select(name => "checkpoint/" + name), ArchiveLayout.Digests], names[^10..]);
    }

    [Requires(Need.Linux, "tar", "zstd", "sha256sum")]
    public async Task Ordinary_tools_unpack_and_verify_it()
    {
        await _archive.WriteAsync();
        Directory.CreateDirectory(_archive.Target);
        Programs.Run(_archive.Target, "tar", "--extract", "--zstd", "--file", _archive.File);
        Programs.Run(_archive.Target, "sha256sum", "--check", "--strict", "--quiet", ArchiveLayout.Digests);
        var own = new[] { "sha256sums", "checkpoint.json" };
        Assert.Equal(
            MadeUpArchive.FilesOf(_archive.Content),
            MadeUpArchive.FilesOf(_archive.Target).Where(file => !own.Any(name => file.Contains(name, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reading_the_record_reads_no_more_than_the_start(bool withZstandard)
    {
        var noise = new byte[8 << 20];
        new Random(1).NextBytes(noise);
        _archive.Write("checkpoint/pages-1.img", noise);
        await _archive.WriteAsync(withZstandard);
        using (var file = File.OpenWrite(_archive.File))
        {
            file.SetLength(256 << 10);
        }

        Assert.Equal(MadeUpArchive.Record.Key, (await ArchiveReader.ReadRecordAsync(_archive.File, default)).Key);
        await Assert.ThrowsAsync<CrCacheException>(_archive.UnpackAsync);
    }

    [Fact]
    public async Task A_checkpoint_without_memory_and_files_is_a_record_alone()
    {
        var record = MadeUpArchive.Record with { Memory = null, Files = null };
        using var file = File.Create(_archive.File);
        Directory.Delete(_archive.Content, recursive: true);
        Directory.CreateDirectory(_archive.Content);
        await ArchiveWriter.WriteAsync(record, _archive.Content, file, keys: null, default);
        file.Close();
        Assert.Null((await _archive.UnpackAsync()).Record.Memory);
        Assert.Empty(Directory.GetFileSystemEntries(_archive.Target));
    }

    private static string Json(ArchiveRecord record) => JsonSerializer.Serialize(record, ArchiveJson.Default.ArchiveRecord);
}
