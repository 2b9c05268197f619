using CrCache.Criu;
using static CrCache.Core.Tests.Criu.MadeUpDump;

namespace CrCache.Core.Tests.Criu;

public sealed class DumpCompactorTests
{
    [Fact]
    public void The_memory_of_any_dump_stays_what_it_was()
    {
        var populatedPages = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            using var dump = new MadeUpDump();
            var random = new RandomDump(dump, seed);
            random.Write();
            populatedPages += AssertCompacts(dump, random, seed);
        }

        Assert.True(populatedPages > 1000, $"{populatedPages}");
    }

    // Returns how many pages are got at once.
    private static int AssertCompacts(MadeUpDump dump, RandomDump random, int seed)
    {
        var populatedPages = 0;
        var message = $"seed {seed}";
        var filesBefore = dump.Files();
        var before = random.Pagemaps.ToDictionary(pagemap => pagemap, pagemap => dump.Pages(pagemap).ToArray());
        var memories = filesBefore.Keys.Where(name => name.StartsWith("mm-", StringComparison.Ordinal))
            .ToDictionary(name => name, dump.MemoryOf);

        var result = DumpCompactor.Compact(dump.Path, default);

        Assert.True(result.WhyUnchanged is null, $"{message}: {result.WhyUnchanged}");
        var files = dump.Files();
        long dropped = 0;
        foreach (var pagemap in random.Pagemaps)
        {
            var after = dump.Pages(pagemap).ToArray();
            var kept = before[pagemap].Where(page => !(page.Zero && random.IsDroppable(pagemap, page.Address))).ToArray();
            if (kept.Length == 0)
            {
                // CRIU does not expect a pagemap without entries.
                kept = before[pagemap][..Math.Min(1, before[pagemap].Length)];
            }

            dropped += before[pagemap].Length - kept.Length;
            Assert.Equal(kept.Select(page => (page.Address, page.Shape)), after.Select(page => (page.Address, page.Shape)));
            Assert.All(kept.Zip(after), pair => Assert.True(pair.First.Content.Span.SequenceEqual(pair.Second.Content.Span), message));
        }

        Assert.Equal(dropped, result.DroppedPages);
        Assert.Equal(before.Values.Sum(pages => pages.Length), result.Pages);
        Assert.Equal(filesBefore.Values.Sum(file => file.Length), result.BytesBefore);
        Assert.Equal(files.Values.Sum(file => file.Length), result.BytesAfter);
        Assert.Equal(filesBefore.Count, files.Count);
        Assert.All(
            filesBefore.Where(file => !(file.Key.StartsWith("page", StringComparison.Ordinal) || memories.ContainsKey(file.Key))
                || file.Key == "pages-junk.img"),
            file => Assert.True(file.Value.AsSpan().SequenceEqual(files[file.Key]), message));
        foreach (var (name, (others, areas)) in memories)
        {
            var memory = dump.MemoryOf(name);
            Assert.Equal(others, memory.Others);
            Assert.Equal(MadeUpArea.Mapped(areas), MadeUpArea.Mapped(memory.Areas));
            var stored = dump.Pages(name.Replace("mm", "pagemap", StringComparison.Ordinal)).Select(page => page.Address).ToHashSet();
            var populated = memory.Areas.Where(area => area.IsPopulated).ToArray();
            Assert.All(populated, area => Assert.True((area.Flags | 0x4000, area.Flags & 0x2000) == (0xc022, 0), message));
            Assert.All(populated.SelectMany(Addresses), address => Assert.Contains(address, stored));
            populatedPages += populated.Sum(area => Addresses(area).Count());
        }

        var again = DumpCompactor.Compact(dump.Path, default);
        Assert.Equal(0, again.DroppedPages);
        dump.AssertFiles(files);
        return populatedPages;
    }

    private static IEnumerable<ulong> Addresses(MadeUpArea area)
    {
        for (var address = area.Start; address < area.End; address += PageSize)
        {
            yield return address;
        }
    }

    [Fact]
    public void Pages_side_by_side_are_got_at_once_where_only_one_process_has_the_area()
    {
        using var dump = new MadeUpDump();
        dump.WriteProcess(
            1,
            Area(0x10000, 0x20000, 0x22, 0x201), // 8 pages, none, 7 pages
            Area(0x20000, 0x30000, 0x4022, 0x221), // 4 of a run of 9
            Area(0x30000, 0x40000, 0x22, 0x201), // the other 5, then 1 and the end of the area
            Area(0x40000, 0x50000, 0x122, 0x203), // a stack
            Area(0x50000, 0x60000, 0x2022, 0x201), // locked
            Area(0x60000, 0x70000, 0x2, 0x41), // of a file
            Area(0x70000, 0x80000, 0x22, 0x201)); // of process 2, too
        dump.WriteProcess(2, Area(0x70000, 0x80000, 0x22, 0x201), Area(0x90000, 0x98000, 0x22, 0x201));
        dump.WritePages("pagemap-1.img", 1, Enumerable.Repeat((byte)1, (8 + 7 + 9 + (4 * 16)) * PageSize).ToArray(),
            Run(0x10000, 3), Run(0x13000, 5), Run(0x19000, 7), Run(0x2c000, 9), Run(0x40000, 64));
        dump.WritePages("pagemap-2.img", 2, Enumerable.Repeat((byte)1, 24 * PageSize).ToArray(), Run(0x70000, 16), Run(0x90000, 8));
        DumpCompactor.Compact(dump.Path, default);
        Assert.Equal(
            [
                (0x10000, 0x18000, true),
                (0x18000, 0x20000, false),
                (0x20000, 0x2c000, false),
                (0x2c000, 0x30000, true),
                (0x30000, 0x35000, true),
                (0x35000, 0x40000, false),
                (0x40000, 0x50000, false),
                (0x50000, 0x60000, false),
                (0x60000, 0x70000, false),
                (0x70000, 0x80000, false),
            ],
            Populated("mm-1.img"));
        Assert.Equal([(0x70000, 0x80000, false), (0x90000, 0x98000, true)], Populated("mm-2.img"));

        IEnumerable<(int Start, int End, bool Populated)> Populated(string memory) =>
            dump.MemoryOf(memory).Areas.Select(area => ((int)area.Start, (int)area.End, area.IsPopulated));
    }

    [Fact]
    public void What_is_written_can_be_read_by_its_owner_only()
    {
        using var dump = new MadeUpDump();
        dump.WriteProcess(1, Area(0x1000, 0x4000, 0x22, 0x201));
        dump.WritePages("pagemap-1.img", 1, [1, .. new byte[(3 * PageSize) - 1]], Run(0x1000, 3));
        Assert.Equal(2, DumpCompactor.Compact(dump.Path, default).DroppedPages);
        Assert.False(File.Exists(Path.Combine(dump.Path, "pages-1.img")));
        Assert.True(File.Exists(Path.Combine(dump.Path, "pages-2.img")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(dump.Path, "pagemap-1.img")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(dump.Path, "pages-2.img")));
        }
    }

    [Fact]
    public void What_one_that_was_killed_left_is_removed()
    {
        using var dump = new MadeUpDump();
        dump.WriteProcess(1, Area(0x1000, 0x2000, 0x22, 0x201));
        dump.WritePages("pagemap-1.img", 1, new byte[PageSize], Run(0x1000, 1));
        var files = dump.Files();
        dump.Write("compacting-pages-9.img", new byte[100]);
        dump.Write("compacting-pagemap-1.img", new byte[100]);
        DumpCompactor.Compact(dump.Path, default);
        dump.AssertFiles(files);
    }

    [Fact]
    public void One_that_is_cancelled_changes_nothing()
    {
        using var dump = new MadeUpDump();
        new RandomDump(dump, 1).Write();
        var files = dump.Files();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => DumpCompactor.Compact(dump.Path, cancelled.Token));
        dump.AssertFiles(files);
    }
}
