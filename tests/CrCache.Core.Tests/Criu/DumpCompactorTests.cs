using CrCache.Criu;
using static CrCache.Core.Tests.Criu.MadeUpDump;

namespace CrCache.Core.Tests.Criu;

public sealed class DumpCompactorTests
{
    [Fact]
    public void The_memory_of_any_dump_stays_what_it_was()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            using var dump = new MadeUpDump();
            var random = new RandomDump(dump, seed);
            random.Write();
            AssertCompacts(dump, random, seed);
        }
    }

    private static void AssertCompacts(MadeUpDump dump, RandomDump random, int seed)
    {
        var message = $"seed {seed}";
        var filesBefore = dump.Files();
        var before = random.Pagemaps.ToDictionary(pagemap => pagemap, pagemap => dump.Pages(pagemap).ToArray());

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
        Assert.All(filesBefore.Where(file => !file.Key.StartsWith("page", StringComparison.Ordinal) || file.Key == "pages-junk.img"), file => Assert.True(file.Value.AsSpan().SequenceEqual(files[file.Key]), message));

        var again = DumpCompactor.Compact(dump.Path, default);
        Assert.Equal(0, again.DroppedPages);
        dump.AssertFiles(files);
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
