using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CrCache.Archives;
using CrCache.Compression;
using CrCache.Engines;
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
        _folder = parent is null ? Directory.CreateTempSubdirectory("crcache archive ").FullName : Directory.CreateDirectory(Path.Combine(parent, Path.GetRandomFileName())).FullName;
        var random = new Random(1);
        Write("checkpoint/inventory.img", "inventory"u8);
        Write("checkpoint/core-1.img", "core"u8);
        Write("checkpoint/empty.img", []);
        var pages = new byte[3 * 4096];
        random.NextBytes(pages.AsSpan(4096, 4096));
        Write("checkpoint/pages-1.img", pages);
        var tar = TarFile.WriteAsync([TarFile.Of("etc", TarType.Directory), TarFile.Of("etc/file", content: "content"), TarFile.Of("etc/soft", TarType.SymbolicLink, "file")]).Result;
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

    /// <summary>Writes the file.</summary>
    /// <returns>The diff id.</returns>
    public async Task<string> WriteAsync(bool withZstandard = true)
    {
        using var file = System.IO.File.Create(File);
        return await ArchiveWriter.WriteAsync(Record, Content, file, withZstandard, default);
    }

    /// <summary>The members of the archive.</summary>
    public async Task<List<TarFile>> MembersAsync()
    {
        using var packed = new MemoryStream();
        await ArchiveWriter.WriteAsync(Record, Content, packed, withZstandard: false, default);
        return await TarFile.ReadAsync(Unzip(packed.ToArray()));
    }

    /// <summary>Writes an archive of members, with digests of all of them.</summary>
    public async Task WriteAsync(IEnumerable<TarFile> members) => await WriteTarAsync(await TarFile.WriteAsync(WithDigests(members)));

    /// <summary>Writes a tar, compressed.</summary>
    public async Task WriteTarAsync(byte[] tar)
    {
        using var file = System.IO.File.Create(File);
        await ArchiveCompression.CompressAsync(file, withZstandard: true, async stream => await stream.WriteAsync(tar), default);
    }

    public Task<UnpackedArchive> UnpackAsync()
    {
        Directory.CreateDirectory(Target);
        return ArchiveReader.UnpackAsync(File, Target, default);
    }

    /// <summary>Asserts that nothing was written beside the target, and empties it.</summary>
    public void CleanUp()
    {
        Assert.Equal(Target, Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!)));
        Assert.All(Directory.GetFileSystemEntries(_folder), path => Assert.Contains(Path.GetFileName(path), new[] { "archive", "content", "unpacked" }));
        Directory.Delete(Target, recursive: true);
        Directory.CreateDirectory(Target);
    }

    /// <summary>The files below a directory with their contents.</summary>
    public static IEnumerable<string> FilesOf(string directory) => Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
        .Select(file => $"{Path.GetRelativePath(directory, file)} {Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(file)))}").Order(StringComparer.Ordinal);

    public static IEnumerable<TarFile> WithDigests(IEnumerable<TarFile> members)
    {
        var list = members.Where(file => file.Member.Name != ArchiveLayout.Digests).ToArray();
        var lines = list.Where(file => file.Member.Type == TarType.File).Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(file.Content))}  {file.Member.Name}\n");
        return list.Append(TarFile.Of(ArchiveLayout.Digests, content: string.Concat(lines)));
    }

    public static byte[] Unzip(byte[] compressed)
    {
        using var content = new MemoryStream();
        using var stream = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static ArchiveRecord MakeRecord()
    {
        var spec = SpecResolver.Merge(new CheckpointItem { Name = "mysql" }) with { ImageId = "sha256:1", ImageDigest = "sha256:1", Platform = "linux/amd64" };
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
            Files = new ArchivedFileSystem { Folder = ArchiveLayout.CleanFolder, OnTopOfMemory = true, Replaced = ["new"], Volumes = volumes },
        };
    }
}
