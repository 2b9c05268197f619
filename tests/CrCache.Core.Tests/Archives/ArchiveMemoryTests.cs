using System.Globalization;

namespace CrCache.Core.Tests.Archives;

/// <summary>Measured for the whole process, so nothing else runs meanwhile.</summary>
[Collection(nameof(ArchiveMemoryTests))]
[CollectionDefinition(nameof(ArchiveMemoryTests), DisableParallelization = true)]
public sealed class ArchiveMemoryTests : IDisposable
{
    private const int Megabytes = 300;

    // Compression finds what is equal up to 128 MB back: it keeps that much, and tables for it. Reading keeps that much.
    private const long MostToWrite = 300L << 20;
    private const long MostToRead = 160L << 20;
    private const long MostOfManaged = 16L << 20;

    private readonly MadeUpArchive _archive = new();

    public void Dispose() => _archive.Dispose();

    [Requires(Need.Linux, "sh")]
    public async Task A_large_member_takes_no_more_memory_than_the_window()
    {
        using (var file = File.Create(Path.Combine(_archive.Content, "checkpoint/pages-1.img")))
        {
            // Half noise, half zeros, so that neither side has it easy.
            var noise = new byte[1 << 20];
            var random = new Random(1);
            for (var i = 0; i < Megabytes; i++)
            {
                random.NextBytes(noise.AsSpan(0, noise.Length / 2));
                file.Write(noise);
            }
        }

        await AssertFlatAsync(MostToWrite, () => _archive.WriteAsync());
        await AssertFlatAsync(MostToRead, _archive.UnpackAsync);
        Assert.Equal((long)Megabytes << 20, new FileInfo(Path.Combine(_archive.Target, "checkpoint/pages-1.img")).Length);
    }

    private static async Task AssertFlatAsync(long most, Func<Task> work)
    {
        GC.Collect();

        // Makes the peak that the kernel keeps the size of now.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        var (before, allocated) = (Memory("VmRSS"), GC.GetTotalAllocatedBytes(precise: true));
        await work();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - allocated, 0, MostOfManaged);
        Assert.InRange(Memory("VmHWM") - before, 0, most);
    }

    private static long Memory(string name) =>
        1024 * long.Parse(
            File.ReadLines("/proc/self/status")
                .First(line => line.StartsWith(name, StringComparison.Ordinal))
                .Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);
}
