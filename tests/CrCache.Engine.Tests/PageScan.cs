using System.Runtime.InteropServices;
using CrCache.Criu;
using Microsoft.Win32.SafeHandles;

namespace CrCache.Engine.Tests;

/// <summary>
/// Finds the pages that a process has, by the ioctl PAGEMAP_SCAN of Linux 6.7. (To read the numbers in /proc/PID/pagemap takes
/// minutes for MariaDB, which reserves 8 TB of addresses.)
/// </summary>
internal sealed partial class PageScan(int process) : IDisposable
{
    private const int PageSize = 4096;
    private const int RegionsAtOnce = 512;
    private const nuint PagemapScan = 0xc0606610;
    private const ulong Present = 1 << 3;
    private const ulong Swapped = 1 << 4;

    private readonly SafeFileHandle _pagemap = File.OpenHandle($"/proc/{process}/pagemap");

    /// <summary>The addresses of the pages of an area that are present or swapped out.</summary>
    public IReadOnlyList<long> In(MemoryArea area)
    {
        var found = new List<long>();
        var regions = new Region[RegionsAtOnce];
        var pinned = GCHandle.Alloc(regions, GCHandleType.Pinned);
        try
        {
            for (var start = (ulong)area.Start; start < (ulong)area.End;)
            {
                var scan = new Scan
                {
                    Size = (ulong)Marshal.SizeOf<Scan>(),
                    Start = start,
                    End = (ulong)area.End,
                    Regions = (ulong)pinned.AddrOfPinnedObject(),
                    RegionCount = RegionsAtOnce,
                    AnyOf = Present | Swapped,
                    Return = Present | Swapped,
                };
                var count = Ioctl(_pagemap, PagemapScan, ref scan);
                Assert.True(count >= 0, $"PAGEMAP_SCAN: {Marshal.GetLastPInvokeErrorMessage()}");
                foreach (var region in regions.AsSpan(0, count))
                {
                    for (var page = region.Start; page < region.End; page += PageSize)
                    {
                        found.Add((long)page);
                    }
                }

                start = scan.WalkEnd;
            }
        }
        finally
        {
            pinned.Free();
        }

        return found;
    }

    /// <inheritdoc />
    public void Dispose() => _pagemap.Dispose();

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, ref Scan argument);

    // struct pm_scan_arg and struct page_region of linux/fs.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct Scan
    {
        public ulong Size;
        public ulong Flags;
        public ulong Start;
        public ulong End;
        public ulong WalkEnd;
        public ulong Regions;
        public ulong RegionCount;
        public ulong MaxPages;
        public ulong Inverted;
        public ulong AllOf;
        public ulong AnyOf;
        public ulong Return;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Region(ulong Start, ulong End, ulong Categories);
}
