using System.IO.Compression;
using CrCache.Core.Tests.Tar;
using CrCache.Diagnostics;
using CrCache.Runtimes;
using CrCache.Tar;

namespace CrCache.Core.Tests.Archives;

public sealed class TemporaryFilesTests : IDisposable
{
    private const string Name = "tmpfs-dev-75.tar.gz.img";
    private static readonly TarFile Root = new(new TarMember { Name = ".", Type = TarType.Directory, Mode = 0b1_111_111_111 }, []);

    private readonly string _folder = Directory.CreateTempSubdirectory("crcache tmpfs ").FullName;

    private string Dump => Directory.CreateDirectory(Path.Combine(_folder, "dump")).FullName;

    private string Scratch => Directory.CreateDirectory(Path.Combine(_folder, "scratch")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Contents_are_uncompressed_and_those_that_are_none_are_left_out()
    {
        var tar = await TarFile.WriteAsync([Root, TarFile.Of("shm", content: "content")]);
        Write("tmpfs-dev-1.tar.gz.img", tar);
        Write("tmpfs-dev-2.tar.gz.img", await TarFile.WriteAsync([Root]));
        Write("tmpfs-dev-3.tar.gz.img", await TarFile.WriteAsync([Root with { Member = Root.Member with { Uid = 1 } }]));
        Write("tmpfs-dev-4.tar.gz.img", await TarFile.WriteAsync([Root with { Member = Root.Member with { Mode = 0b111_101_101 } }]));
        Write("core-1.img", tar);
        var plain = await TmpfsContents.UnpackAsync(Dump, Scratch, default);
        Assert.Equal(
            ["tmpfs-dev-1.tar.gz.img", "tmpfs-dev-2.tar.gz.img", "tmpfs-dev-3.tar.gz.img", "tmpfs-dev-4.tar.gz.img"],
            plain.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(tar, await File.ReadAllBytesAsync(plain["tmpfs-dev-1.tar.gz.img"]));
        Assert.Equal(
            [false, true, false, false],
            plain.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new FileInfo(pair.Value).Length == 0));
    }

    [Fact]
    public async Task What_a_broken_dump_leaves_is_not_in_the_way_of_the_next()
    {
        Write(Name, await TarFile.WriteAsync([Root]));
        await File.WriteAllTextAsync(Path.Combine(Dump, "tmpfs-dev-76.tar.gz.img"), "no gzip");
        var error = await Assert.ThrowsAsync<CrCacheException>(() => TmpfsContents.UnpackAsync(Dump, Scratch, default));
        Assert.Equal(ErrorCodes.BrokenArchive, error.Code);
        Write("tmpfs-dev-76.tar.gz.img", await TarFile.WriteAsync([Root]));
        Assert.Equal(2, (await TmpfsContents.UnpackAsync(Dump, Scratch, default)).Count);
    }

    // CRIU's own call of tar has --sparse.
    [Requires(Need.Linux, "tar")]
    public async Task A_file_with_holes_is_content()
    {
        var tree = Directory.CreateDirectory(Path.Combine(_folder, "tree")).FullName;
        using (var file = File.Create(Path.Combine(tree, "holes")))
        {
            file.SetLength(1 << 20);
            file.Position = 1 << 19;
            file.WriteByte(1);
        }

        Programs.Run(
            tree, "tar", "--create", "--gzip", "--one-file-system", "--sparse", "--numeric-owner", "--file", Path.Combine(Dump, Name), ".");
        var plain = (await TmpfsContents.UnpackAsync(Dump, Scratch, default))[Name];
        Assert.Contains("./holes", Programs.Run(_folder, "tar", "--list", "--file", plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_ones_are_a_broken_archive()
    {
        Write(Name, await TarFile.WriteAsync([Root, TarFile.Of("shm", content: new string('x', 9000))]));
        var whole = await File.ReadAllBytesAsync(Path.Combine(Dump, Name));
        foreach (var damaged in new[] { [.. whole[..^5], (byte)(whole[^5] ^ 1), .. whole[^4..]], "no gzip"u8.ToArray() })
        {
            await File.WriteAllBytesAsync(Path.Combine(Dump, Name), damaged);
            var error = await Assert.ThrowsAsync<CrCacheException>(() => TmpfsContents.UnpackAsync(Dump, Scratch, default));
            Assert.Equal(ErrorCodes.BrokenArchive, error.Code);
            Directory.Delete(Scratch, recursive: true);
        }
    }

    private void Write(string name, byte[] tar)
    {
        using var stream = new GZipStream(File.Create(Path.Combine(Dump, name)), CompressionLevel.Fastest);
        stream.Write(tar);
    }
}
