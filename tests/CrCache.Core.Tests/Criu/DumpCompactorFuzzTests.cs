using CrCache.Criu;
using static CrCache.Core.Tests.Criu.MadeUpDump;

namespace CrCache.Core.Tests.Criu;

public sealed class DumpCompactorFuzzTests
{
    private const int Inputs = 20_000;
    private const int Workers = 4;

    [Fact]
    public void Damaged_images_are_compacted_right_or_refused()
    {
        var outcomes = new int[3];
        Parallel.For(0, Workers, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, worker =>
        {
            using var dump = Make();
            var good = dump.Files();
            var random = new Random(worker);
            for (var input = 0; input < Inputs / Workers; input++)
            {
                var name = good.Keys.ElementAt(random.Next(good.Count));
                var damaged = new Dictionary<string, byte[]>(good) { [name] = Damage.To(good[name], random) };
                dump.Write(name, damaged[name]);
                var outcome = Try(dump, damaged);
                Interlocked.Increment(ref outcomes[(int)outcome]);
                dump.Write(name, good[name]);
                if (outcome == Outcome.Compacted)
                {
                    Restore(dump, good);
                }
            }
        });

        // Each way out must have been taken, or the damage is too much or too little to test anything.
        Assert.All(outcomes, count => Assert.True(count > Inputs / 50, string.Join(' ', outcomes)));
    }

    private enum Outcome
    {
        Compacted,
        NotUnderstood,
        Malformed,
    }

    private static Outcome Try(MadeUpDump dump, Dictionary<string, byte[]> before)
    {
        Outcome outcome;
        try
        {
            if (DumpCompactor.Compact(dump.Path, default).WhyUnchanged is null)
            {
                AssertKeptContent(before, dump);
                return Outcome.Compacted;
            }

            outcome = Outcome.NotUnderstood;
        }
        catch (InvalidDataException)
        {
            outcome = Outcome.Malformed;
        }

        dump.AssertFiles(before);
        return outcome;
    }

    // Whatever the damage did: what is not zero is still there, in the same order.
    private static void AssertKeptContent(Dictionary<string, byte[]> before, MadeUpDump dump)
    {
        var pages = before.Where(file => file.Key.StartsWith("pages-", StringComparison.Ordinal))
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .SelectMany(file => file.Value.Chunk(PageSize)).Where(page => page.AsSpan().ContainsAnyExcept((byte)0)).ToArray();
        var after = new[] { "pagemap-shmem-5.img", "pagemap-1.img" }
            .SelectMany(dump.Pages)
            .Where(page => !page.Zero)
            .Select(page => page.Content.ToArray())
            .ToArray();
        Assert.Equal(pages.Length, after.Length);
        Assert.All(pages.Zip(after), pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second)));
    }

    private static MadeUpDump Make()
    {
        var dump = new MadeUpDump();
        dump.WriteProcess(
            1,
            Area(0x10000, 0x14000, 0x22, 0x201),
            Area(0x14000, 0x16000, 2, 0x41),
            Area(0x7fff0000, 0x7fff4000, 0x122, 0x201),
            Area(0x12000, 0x13000, 0, 0x10000));
        dump.WritePages("pagemap-1.img", 2, [.. Pages(0, 1, 0, 2, 0, 0, 3)], Run(0x10000, 5, flags: 6), Run(0x7fff1000, 2));
        dump.WritePages("pagemap-shmem-5.img", 1, [.. Pages(4, 0, 5)], Run(0, 2), Run(0x10000, 1));
        return dump;
    }

    private static IEnumerable<byte> Pages(params byte[] first) => first.SelectMany(value => new byte[PageSize - 1].Prepend(value));

    private static void Restore(MadeUpDump dump, Dictionary<string, byte[]> good)
    {
        foreach (var name in dump.Names().Where(name => !good.ContainsKey(name)))
        {
            File.Delete(Path.Combine(dump.Path, name));
        }

        foreach (var (name, content) in good)
        {
            dump.Write(name, content);
        }
    }
}
