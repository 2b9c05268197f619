using CrCache.Archives;
using CrCache.Diagnostics;

namespace CrCache.Core.Tests.Archives;

public sealed class FullDiskTests : IDisposable
{
    private readonly MadeUpArchive _archive = new();
    private readonly string _disk = Directory.CreateTempSubdirectory("crcache disk ").FullName;

    public void Dispose()
    {
        _archive.Dispose();
        Directory.Delete(_disk, recursive: true);
    }

    [RootFact]
    public async Task Unpacking_to_a_full_disk_says_so_and_leaves_nothing()
    {
        var noise = new byte[4 << 20];
        new Random(1).NextBytes(noise);
        _archive.Write("checkpoint/pages-1.img", noise);
        await _archive.WriteAsync();
        Tool.Run("/", "mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _disk);
        try
        {
            var work = Path.Combine(_disk, "work");
            var error = await Assert.ThrowsAsync<CrCacheException>(() =>
                WorkArea.UseAsync(work, area => ArchiveReader.UnpackAsync(_archive.File, area.Archive, default)));
            Assert.Equal(ErrorCodes.StoreFull, error.Code);
            Assert.Contains(work, error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(_disk));
        }
        finally
        {
            Tool.Run("/", "umount", _disk);
        }
    }
}
