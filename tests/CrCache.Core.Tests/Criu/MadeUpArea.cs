using static CrCache.Core.Tests.Criu.Protobuf;

namespace CrCache.Core.Tests.Criu;

/// <summary>A memory area of a process in a dump.</summary>
internal sealed record MadeUpArea(ulong Start, ulong End, ulong Flags, string Others)
{
    private const ulong MapPopulate = 0x8000;

    /// <summary>Its pages are got at once when it is mapped.</summary>
    public bool IsPopulated => (Flags & MapPopulate) != 0;

    public static MadeUpArea Parse(byte[] message)
    {
        var numbers = Numbers(message);
        return new MadeUpArea(
            numbers[1], numbers[2], numbers[6], string.Join(
                ' ', numbers.Where(number => number.Key is not (1 or 2 or 6)).Select(number => $"{number.Key}={number.Value:x}")));
    }

    /// <summary>What the kernel makes of areas: those of one kind that lie side by side are one.</summary>
    public static IReadOnlyList<MadeUpArea> Mapped(IEnumerable<MadeUpArea> areas)
    {
        var mapped = new List<MadeUpArea>();
        foreach (var area in areas.Select(area => area with { Flags = area.Flags & ~MapPopulate }))
        {
            if (mapped is [.., var last] && last.End == area.Start && last == area with { Start = last.Start, End = last.End })
            {
                mapped[^1] = last with { End = area.End };
            }
            else
            {
                mapped.Add(area);
            }
        }

        return mapped;
    }
}
