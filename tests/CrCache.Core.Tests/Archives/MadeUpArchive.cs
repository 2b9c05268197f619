using System.IO.Compression;
using System.Security.Cryptography;
using CrCache.Archives;
using CrCache.Compression;
using CrCache.Core.Tests.Tar;
using CrCache.Diagnostics;
using CrCache.Keys;
using CrCache.Specs;
using CrCache.Tar;

namespace CrCache.Core.Tests.Archives;

/// <summary>An unpacked archive of all that one can have, a few KB of it, and files made of it.</summary>
internal sealed class MadeUpArchive : IDisposable
{
    private readonly string _folder;

    /// <param name="parent">A directory for it; null for a temporary one.</param>
    public MadeUpArchive(string? parent = null)
    {
        _folder = parent is null
            ? Directory.CreateTempSubdirectory("crcache archive ").FullName
            : Directory.CreateDirectory(Path.Combine(parent, Path.GetRandomFileName())).FullName;
        var random = new Random(1);
        foreach (var (image, content) in SmallDump.Images)
        {
            Write("checkpoint/" + image, content);
        }

        Write("checkpoint/eventfd.img", []);
        var pages = new byte[3 * 4096];
        random.NextBytes(pages.AsSpan(4096, 4096));
        Write("checkpoint/pages-1.img", pages);
        var link = TarFile.Of("etc/soft", TarType.SymbolicLink, "file");
        var tar = TarFile.WriteAsync([TarFile.Of("etc", TarType.Directory), TarFile.Of("etc/file", content: "content"), link]).Result;
        foreach (var folder in new[] { "", ArchiveLayout.CleanFolder })
        {
            Write(folder + "rootfs-diff.tar", tar);
            Write(folder + "deleted.files", """["etc/removed"]"""u8);
            Write(folder + "volumes/volume-0.tar", tar);
        }

        Write(ArchiveLayout.Config, "{}"u8);
        Write(ArchiveLayout.Spec, "{}"u8);
        Write(ArchiveLayout.Statistics, "statistics"u8);
    }

    public static ArchiveRecord Record { get; } = MakeRecord();

    /// <summary>The unpacked archive.</summary>
    public string Content => Path.Combine(_folder, "content");

    /// <summary>A directory to unpack to, beside which nothing may be written.</summary>
    public string Target => Path.Combine(_folder, "unpacked", "here");

    /// <summary>Where an archive's file is put.</summary>
    public string File => Path.Combine(_folder, "archive");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public void Write(string member, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Content, member);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
    }

    /// <summary>Writes the file, with Zstandard or as machines once did that had no library for it.</summary>
    /// <returns>The diff id.</returns>
    public async Task<string> WriteAsync(bool withZstandard = true)
    {
        using var file = System.IO.File.Create(File);
        if (withZstandard)
        {
            return await ArchiveWriter.WriteAsync(Record, Content, file, keys: null, default);
        }

        var (tar, diffId) = await PackAsync();
        using var gzip = new GZipStream(file, CompressionLevel.Optimal);
        await gzip.WriteAsync(tar);
        return diffId;
    }

    /// <summary>The members of the archive.</summary>
    public async Task<List<TarFile>> MembersAsync() => await TarFile.ReadAsync((await PackAsync()).Tar);

    /// <summary>Writes an archive of members, with digests of all of them.</summary>
    public async Task WriteAsync(IEnumerable<TarFile> members) => await WriteTarAsync(await TarFile.WriteAsync(WithDigests(members)));

    /// <summary>Writes a tar, compressed.</summary>
    public async Task WriteTarAsync(byte[] tar)
    {
        using var file = System.IO.File.Create(File);
        await CompressedFile.WriteAsync(file, async stream => await stream.WriteAsync(tar), default);
    }

    public Task<UnpackedArchive> UnpackAsync()
    {
        Directory.CreateDirectory(Target);
        return ArchiveReader.UnpackAsync(File, Target, default);
    }

    /// <summary>Asserts that the file is taken for a broken one, or accepted, and that nothing is left of it.</summary>
    public async Task AssertRefusedAsync(string what, bool accepted = false)
    {
        var error = await Xunit.Record.ExceptionAsync(UnpackAsync);
        if (accepted)
        {
            Assert.True(error is null, $"{what}: {error}");
        }
        else
        {
            AssertBroken(error, what);
        }

        CleanUp();
    }

    public static void AssertBroken(Exception? error, string what) =>
        Assert.True(error is CrCacheException { Code: ErrorCodes.BrokenArchive }, $"{what}: {error}");

    /// <summary>Asserts that nothing was written beside the target, and empties it.</summary>
    public void CleanUp()
    {
        Assert.Equal(Target, Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!)));
        var own = new[] { "archive", "content", "unpacked" };
        Assert.All(Directory.GetFileSystemEntries(_folder), path => Assert.Contains(Path.GetFileName(path), own));
        Directory.Delete(Target, recursive: true);
        Directory.CreateDirectory(Target);
    }

    /// <summary>The files below a directory with their contents.</summary>
    public static IEnumerable<string> FilesOf(string directory) => Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
        .Select(file => (Path: file, Hash: SHA256.HashData(System.IO.File.ReadAllBytes(file))))
        .Select(file => $"{Path.GetRelativePath(directory, file.Path)} {Convert.ToHexString(file.Hash)}")
        .Order(StringComparer.Ordinal);

    public static IEnumerable<TarFile> WithDigests(IEnumerable<TarFile> members)
    {
        var list = members.Where(file => file.Member.Name != ArchiveLayout.Digests).ToArray();
        var lines = list
            .Where(file => file.Member.Type == TarType.File)
            .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(file.Content))}  {file.Member.Name}\n");
        return list.Append(TarFile.Of(ArchiveLayout.Digests, content: string.Concat(lines)));
    }

    private async Task<(byte[] Tar, string DiffId)> PackAsync()
    {
        using var packed = new MemoryStream();
        var diffId = await ArchiveWriter.WriteAsync(Record, Content, packed, keys: null, default);
        packed.Position = 0;
        using var tar = new MemoryStream();
        using var content = new ZstdSharp.DecompressionStream(packed);
        await content.CopyToAsync(tar);
        return (tar.ToArray(), diffId);
    }

    private static ArchiveRecord MakeRecord()
    {
        var spec = SpecResolver.Merge(new CheckpointItem { Name = "mysql" }) with
        {
            ImageId = "sha256:1",
            ImageDigest = "sha256:1",
            Platform = "linux/amd64",
        };
        var volumes = new Dictionary<string, string> { ["/var/lib/mysql"] = "volumes/volume-0.tar" };
        return new ArchiveRecord
        {
            Format = ArchiveRecord.CurrentFormat,
            Key = CheckpointKey.Of(spec),
            Spec = spec,
            Created = DateTimeOffset.UnixEpoch,
            Origin = new ArchiveOrigin { Engine = "28", Platform = "linux/amd64", Kernel = "6", Criu = "4.2" },
            ColdSeconds = 2.5,
            Memory = new ArchivedFileSystem { Folder = "", Volumes = volumes },
            Files = new ArchivedFileSystem
            {
                Folder = ArchiveLayout.CleanFolder,
                OnTopOfMemory = true,
                Replaced = ["new"],
                Volumes = volumes,
            },
        };
    }
}
