using System.Globalization;

namespace CrCache.Core.Tests.Criu.Gate;

/// <summary>Whatever is changed in a dump: nothing is thrown, and what passes has no more than it may.</summary>
public sealed class DumpGateFuzzTests
{
    // Of both seeds together.
    private static readonly int Mutations =
        int.Parse(Environment.GetEnvironmentVariable("CRCACHE_GATE_MUTATIONS") ?? "10000", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_passes_has_no_more(int seed)
    {
        using var dump = new GateDump();
        Assert.Null(dump.Refuse());
        var random = new Random(seed);
        var images = Directory.GetFiles(dump.Folder).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Content: File.ReadAllBytes(path))).ToArray();
        var (rounds, passed) = (Mutations / 2, 0);
        for (var round = 0; round < rounds; round++)
        {
            // Credentials are most of what can be had.
            var (path, content) = images[random.Next(2) == 0 ? 0 : random.Next(images.Length)];
            File.WriteAllBytes(path, Mutate(content, random));
            if (dump.Refuse() is null)
            {
                passed++;
                AssertHasNoMore(images[0].Path, $"seed {seed}, round {round}");
            }

            File.WriteAllBytes(path, content);
        }

        Assert.InRange(passed, 1, rounds - 1);
    }

    private static byte[] Mutate(byte[] content, Random random)
    {
        var changed = content.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && changed.Count > 0; changes--)
        {
            var position = random.Next(changed.Count);
            switch (random.Next(6))
            {
                case 0:
                    changed[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed[position] = (byte)random.Next(256);
                    break;
                case 2:
                    changed.RemoveAt(position);
                    break;
                case 3:
                    changed.Insert(position, (byte)random.Next(256));
                    break;
                case 4:
                    changed.RemoveRange(position, changed.Count - position);
                    break;
                default:
                    changed.InsertRange(position, changed.Slice(position, Math.Min(random.Next(16), changed.Count - position)));
                    break;
            }
        }

        return [.. changed];
    }

    // As CRIU reads it: the last of what should be there once.
    private static void AssertHasNoMore(string core, string what)
    {
        var thread = Protobuf.Fields(File.ReadAllBytes(core).AsSpan(12)).LastOrDefault(field => field.Number == 5).Content;
        if (thread is null)
        {
            // It has ended.
            return;
        }

        var creds = Protobuf.Fields(Protobuf.Fields(thread).Last(field => field.Number == 10).Content);
        foreach (var set in new[] { 9, 10, 11, 12, 19 })
        {
            var halves = creds.Where(field => field.Number == set).Select(field => field.Value!.Value).ToArray();
            Assert.True((halves.ElementAtOrDefault(0) & ~GateDump.Docker) == 0 && halves.Skip(1).All(half => half == 0), $"{what}: {set}");
        }

        Assert.True(creds.Last(field => field.Number == 13).Value == 0, $"{what}: securebits");
    }
}
