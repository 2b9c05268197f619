using static CrCache.Core.Tests.Criu.MadeUpDump;
using static CrCache.Core.Tests.Criu.Protobuf;

namespace CrCache.Core.Tests.Criu;

/// <summary>Writes a dump of whatever a seed gives, and knows which of its zero pages need not be in it.</summary>
internal sealed class RandomDump(MadeUpDump dump, int seed)
{
    // Status and flags of memory areas, and whether their zero pages can be left out.
    private static readonly (uint Status, uint Flags, bool Droppable)[] Kinds =
    [
        (0x201, 0x22, true), // private anonymous
        (0x201, 0x4022, true), // without reservation
        (0x201, 0x2022, true), // locked
        (0x221, 0x22, true), // heap
        (0x203, 0x122, true), // a stack that grows down
        (0x41, 0x2, false), // private mapping of a file
        (0x4041, 0x2, false), // private mapping of a memfd
        (0x201, 0x40022, false), // huge pages
        (0x209, 0x22, false), // vDSO
        (0x2000, 0x21, false), // ring of asynchronous input and output
        (0x8201, 0x22, false), // shadow stack
        (0x8000041, 0x2, false), // a plugin's
        (0x100201, 0x22, false), // what some later version adds
        (0x201, 0x28, false), // that the kernel may drop
    ];

    private const int NonZeroKinds = 3;

    private readonly Random _random = new(seed);
    private readonly HashSet<(string Pagemap, ulong Address)> _droppable = [];
    private uint _pagesId;

    public List<string> Pagemaps { get; } = [];

    /// <summary>Whether a page that is zero can be left out.</summary>
    public bool IsDroppable(string pagemap, ulong address) => _droppable.Contains((pagemap, address));

    public void Write()
    {
        for (var process = _random.Next(1, 4); process > 0; process--)
        {
            WriteProcess(_random.Next(1, 100) + (process * 100));
        }

        for (var objects = _random.Next(3); objects > 0; objects--)
        {
            var pagemap = $"pagemap-shmem-{_random.Next(1000) + (objects * 1000)}.img";
            var addresses = Enumerable.Range(0, _random.Next(60))
                .Where(_ => _random.Next(3) > 0)
                .Select(page => (ulong)page * PageSize)
                .ToArray();
            _droppable.UnionWith(addresses.Select(address => (pagemap, address)));
            WritePages(pagemap, addresses);
        }

        foreach (var other in new[] { "core-1.img", "descriptors.json", "pages-junk.img", "fs-7.img" })
        {
            var bytes = new byte[_random.Next(200)];
            _random.NextBytes(bytes);
            dump.Write(other, bytes);
        }
    }

    private void WriteProcess(int id)
    {
        var pagemap = $"pagemap-{id}.img";
        var areas = new List<byte[]>();
        var addresses = new List<ulong>();
        var address = (ulong)_random.Next(1, 1000) * PageSize;
        for (var count = _random.Next(1, 30); count > 0; count--)
        {
            // Often right after the one before: then a run of pages goes across both.
            address += (ulong)Math.Max(0, _random.Next(-3, 3)) * (_random.Next(10) == 0 ? 1ul << 30 : PageSize);
            var kind = Kinds[_random.Next(Kinds.Length)];
            var pages = (ulong)_random.Next(1, 40);
            areas.Add(
                [
                    .. Area(address, address + (pages * PageSize), kind.Flags, kind.Status),
                    .. _random.Next(3) == 0 ? Message((9, 1ul << 60), (10, 2)) : [],
                ]);
            var share = _random.Next(5);
            for (; pages > 0; pages--, address += PageSize)
            {
                if (_random.Next(4) < share)
                {
                    addresses.Add(address);
                    if (kind.Droppable)
                    {
                        _droppable.Add((pagemap, address));
                    }
                }
            }
        }

        // A guard lies within an area; CRIU writes them last.
        areas.AddRange(Enumerable.Range(0, _random.Next(3)).Select(_ => Area(PageSize, 2 * PageSize, 0, 0x10000)));
        dump.Write($"mm-{id}.img", Image(
            [Common, Memory],
            Message(
                [
                    (1, 4096),
                    (99, 1.5),
                    .. areas.Select(area => (14, (object?)area)),
                    (16, new byte[] { 8, 1, 16, 2, 24, 3 }),
                    (500, 7),
                    (501, "later"u8.ToArray()),
                ])));
        WritePages(pagemap, addresses);
    }

    private void WritePages(string pagemap, IReadOnlyList<ulong> addresses)
    {
        Pagemaps.Add(pagemap);
        var runs = new List<byte[]>();
        for (var first = 0; first < addresses.Count;)
        {
            var end = first + 1;
            while (end < addresses.Count && addresses[end] == addresses[end - 1] + PageSize && _random.Next(20) > 0)
            {
                end++;
            }

            runs.Add(Run(addresses[first], (ulong)(end - first)));
            first = end;
        }

        var kinds = _random.Next(2) == 0 ? NonZeroKinds : 2 * NonZeroKinds;
        dump.WritePages(pagemap, _pagesId += (uint)_random.Next(1, 3), [.. addresses.SelectMany(_ => Page(kinds))], runs);
    }

    // The forms that CRIU has written over the years.
    private byte[] Run(ulong address, ulong pages) => _random.Next(5) switch
    {
        0 => Message((1, address), (2, pages)),
        1 => Message((1, address), (2, pages), (3, 0), (4, 4)),
        2 => Message((1, address), (2, pages), (4, 6), (5, pages)),
        3 => Message((1, address), (2, 0), (4, 6), (5, pages)),
        _ => MadeUpDump.Run(address, pages),
    };

    private byte[] Page(int kinds)
    {
        var page = new byte[PageSize];
        switch (_random.Next(kinds))
        {
            case 0: _random.NextBytes(page); break;
            case 1: page[^1] = 1; break;
            case 2: page[_random.Next(PageSize)] = 0x80; break;
        }

        return page;
    }
}
