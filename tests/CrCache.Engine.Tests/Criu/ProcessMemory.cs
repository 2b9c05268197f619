using Microsoft.Win32.SafeHandles;

namespace CrCache.Engine.Tests.Criu;

/// <summary>The memory of a process that stands still.</summary>
internal sealed class ProcessMemory(int process) : IDisposable
{
    private const int PageSize = 4096;

    private readonly SafeFileHandle _memory = File.OpenHandle(
        $"/proc/{process}/mem", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    private readonly PageScan _pages = new(process);

    /// <summary>
    /// The areas, without those that the kernel gives each process: CRIU never restores their content but takes what the
    /// running kernel has (vdso, vsyscall), and the clock's data there change all the time and cannot be read (vvar).
    /// </summary>
    public IReadOnlyList<MemoryArea> Areas { get; } = File.ReadAllLines($"/proc/{process}/maps").Select(MemoryArea.Parse)
        .Where(area => !area.Name.StartsWith("[v", StringComparison.Ordinal)).ToArray();

    /// <summary>
    /// The addresses of the pages that differ from those of a process with the same areas. A page that neither has is not
    /// looked at: in both it is zero, or of the same file.
    /// </summary>
    /// <param name="other">That process.</param>
    /// <param name="rseq">Where the kernel tells the threads about processors (struct rseq).</param>
    /// <param name="compared">How many pages were looked at.</param>
    public IReadOnlyList<long> DifferencesTo(ProcessMemory other, IReadOnlyList<long> rseq, out int compared)
    {
        var pages = Areas.SelectMany(area => _pages.In(area).Union(other._pages.In(area))).ToArray();
        compared = pages.Length;
        return Array.FindAll(pages, page => !Page(page, rseq).SequenceEqual(other.Page(page, rseq)));
    }

    /// <summary>Changes a byte.</summary>
    public void Flip(long address)
    {
        Span<byte> value = stackalloc byte[1];
        RandomAccess.Read(_memory, value, address);
        value[0] ^= 1;
        RandomAccess.Write(_memory, value, address);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _memory.Dispose();
        _pages.Dispose();
    }

    // Without cpu_id_start and cpu_id, node_id and mm_cid. Nothing where the page cannot be read: it is a guard.
    private ReadOnlySpan<byte> Page(long address, IReadOnlyList<long> rseq)
    {
        var page = new byte[PageSize];
        try
        {
            Assert.Equal(PageSize, RandomAccess.Read(_memory, page, address));
        }
        catch (IOException)
        {
            return [];
        }

        foreach (var offset in rseq.Select(at => at - address).Where(offset => offset is >= 0 and < PageSize))
        {
            page.AsSpan((int)offset, 8).Clear();
            page.AsSpan((int)offset + 20, 8).Clear();
        }

        return page;
    }
}
