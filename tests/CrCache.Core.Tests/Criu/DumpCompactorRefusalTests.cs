using CrCache.Criu;
using static CrCache.Core.Tests.Criu.MadeUpDump;
using static CrCache.Core.Tests.Criu.Protobuf;

namespace CrCache.Core.Tests.Criu;

/// <summary>What is not understood, or is no dump, stays as it is. Each case is a dump that would be compacted but for one thing.</summary>
public sealed class DumpCompactorRefusalTests : IDisposable
{
    private static readonly byte[] Anonymous = Area(0x10000, 0x20000, 0x22, 0x201);
    private readonly MadeUpDump _dump = new();

    public DumpCompactorRefusalTests()
    {
        _dump.WriteProcess(7, Anonymous);
        _dump.WritePages("pagemap-7.img", 3, Pages(4), Run(0x10000, 4));
        _dump.WritePages("pagemap-shmem-1.img", 9, Pages(2), Run(0, 2));
    }

    [Fact]
    public void Without_that_one_thing_it_is_compacted() => Assert.Equal((6, 4), (Compact().Pages, 6 - Compact().Pages));

    public static TheoryData<string, string> NotUnderstood => new()
    {
        { "parent", "incremental" },
        { "pre-dump", "inventory.img: the dump is the first part of an incremental one" },
        { "version 1", "the images are of version 1" },
        { "magic of the inventory", "inventory.img: it begins with" },
        { "magic of the pagemap", "pagemap-7.img: it begins with" },
        { "magic of the memory", "mm-7.img: it begins with" },
        { "no areas", "mm-7.img: it has no memory areas" },
        { "field of an area", "mm-7.img: its areas have a field 11" },
        { "field of the head", "pagemap-7.img: its head has a field 2" },
        { "two numbers in the head", "pagemap-7.img: its head has a field 1" },
        { "field of an entry", "pagemap-7.img: its entries have a field 6" },
        { "field twice", "pagemap-7.img: an entry has field 4 twice" },
        { "in parent", "pagemap-7.img: it has pages that are not in this dump (in_parent True" },
        { "parent's flag", "pagemap-7.img: it has pages that are not in this dump (in_parent False, flags 1)" },
        { "lazy only", "flags 2)" },
        { "unknown flag", "flags 12)" },
        { "two counts", "pagemap-7.img: an entry has 3 and 4 pages" },
        { "larger pages", "pagemap-7.img: there are more bytes of pages" },
        { "shared pages", "two pagemaps have their pages in pages-3.img" },
        { "last number", "there is no number left" },
    };

    [Theory]
    [MemberData(nameof(NotUnderstood))]
    public void What_is_not_understood_is_left_as_it_is(string thing, string why)
    {
        Do(thing);
        var files = _dump.Files();
        var result = Compact();
        Assert.Contains(why, result.WhyUnchanged, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.WhyUnchanged!);
        Assert.Equal((0, 0, result.BytesBefore), (result.Pages, result.DroppedPages, result.BytesAfter));
        _dump.AssertFiles(files);
    }

    public static TheoryData<string, string> Malformed => new()
    {
        { "no inventory", "inventory.img: there is no inventory.img" },
        { "no memory", "mm-7.img: there is no mm-7.img" },
        { "no pages", "pagemap-7.img: there is no pages-3.img" },
        { "short magic", "pagemap-7.img: the file breaks off" },
        { "long record", "pagemap-7.img: a record's length of 4294967295 is not possible" },
        { "no head", "pagemap-7.img: it has no head" },
        { "short field", "mm-7.img: field 14 is longer than its message" },
        { "endless number", "pagemap-7.img: a number does not end" },
        { "large number", "pagemap-7.img: a number is more than 64 bits hold" },
        { "wire type", "pagemap-7.img: field 1 is of the unknown wire type 3" },
        { "other wire type", "pagemap-7.img: field 1 is of the wire type 2" },
        { "32 bits", "pagemap-7.img: field 4 is more than 32 bits hold" },
        { "no address", "pagemap-7.img: an entry has no address" },
        { "crooked address", "pagemap-7.img: an entry has no address" },
        { "too many pages", "pagemap-7.img: an entry has 1152921504606846976 pages, and 4 are left" },
        { "addresses at the end", "pagemap-7.img: the entries are not in order" },
        { "entries out of order", "pagemap-7.img: the entries are not in order" },
        { "areas out of order", "mm-7.img: the memory areas are not in order" },
        { "area without status", "mm-7.img: a memory area lacks" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_dump_is_an_error_and_left_as_it_is(string thing, string why)
    {
        Do(thing);
        var files = _dump.Files();
        var error = Assert.Throws<InvalidDataException>(() => { Compact(); });
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        _dump.AssertFiles(files);
    }

    public void Dispose() => _dump.Dispose();

    private CompactionResult Compact() => DumpCompactor.Compact(_dump.Path, default);

    private void Do(string thing)
    {
        switch (thing)
        {
            case "parent": _dump.Write("parent", []); break;
            case "pre-dump": _dump.Write("inventory.img", Image([Inventory], Message((1, 2), (9, 1)))); break;
            case "version 1": _dump.Write("inventory.img", Image([Inventory], Message((1, 1)))); break;
            case "magic of the inventory": _dump.Write("inventory.img", Image([Common, Inventory], Message((1, 2)))); break;
            case "magic of the pagemap": _dump.Write("pagemap-7.img", Image([Pagemap], Message((1, 3)), Run(0x10000, 4))); break;
            case "magic of the memory": _dump.Write("mm-7.img", Image([Common, Pagemap], Message((14, Anonymous)))); break;
            case "no areas": _dump.WriteProcess(7); break;
            case "field of an area": _dump.WriteProcess(7, [.. Anonymous, .. Message((11, 1))]); break;
            case "field of the head":
                _dump.Write("pagemap-7.img", Image([Common, Pagemap], Message((1, 3), (2, 1)), Run(0x10000, 4)));
                break;
            case "two numbers in the head":
                _dump.Write("pagemap-7.img", Image([Common, Pagemap], Message((1, 3), (1, 3)), Run(0x10000, 4)));
                break;
            case "field of an entry": Entry([.. Run(0x10000, 4), .. Message((6, new byte[] { 1, 2 }))]); break;
            case "field twice": Entry([.. Run(0x10000, 4), .. Message((4, 4))]); break;
            case "in parent": Entry(Message((1, 0x10000), (2, 4), (3, 1))); break;
            case "parent's flag": Entry(Run(0x10000, 4, flags: 1)); break;
            case "lazy only": Entry(Run(0x10000, 4, flags: 2)); break;
            case "unknown flag": Entry(Run(0x10000, 4, flags: 12)); break;
            case "two counts": Entry(Message((1, 0x10000), (2, 3), (4, 4), (5, 4))); break;
            case "larger pages": _dump.Write("pages-3.img", Pages(64)); break;
            case "shared pages": _dump.Write("pagemap-shmem-1.img", Image([Common, Pagemap], Message((1, 3)), Run(0, 4))); break;
            case "last number": _dump.Write("pages-4294967295.img", []); break;

            case "no inventory": Delete("inventory.img"); break;
            case "no memory": Delete("mm-7.img"); break;
            case "no pages": Delete("pages-3.img"); break;
            case "short magic": _dump.Write("pagemap-7.img", [0x19, 0x43, 0x56]); break;
            case "long record": _dump.Write("pagemap-7.img", [.. _dump.Read("pagemap-7.img"), 255, 255, 255, 255, 8]); break;
            case "no head": _dump.Write("pagemap-7.img", Image([Common, Pagemap])); break;
            case "short field": _dump.Write("mm-7.img", Image([Common, Memory], Message((14, Anonymous))[..^1])); break;
            case "endless number": Entry([8, .. Enumerable.Repeat((byte)0x80, 12)]); break;
            case "large number": Entry([8, .. Enumerable.Repeat((byte)0xff, 9), 2]); break;
            case "wire type": Entry([0x0b]); break;
            case "other wire type": Entry(Message((1, new byte[] { 1 }), (2, 4))); break;
            case "32 bits": Entry(Message((1, 0x10000), (2, 4), (4, 1ul << 32))); break;
            case "no address": Entry(Message((2, 4), (4, 4))); break;
            case "crooked address": Entry(Run(0x10001, 4)); break;
            case "too many pages": Entry(Run(0x10000, 1ul << 60)); break;
            case "addresses at the end": Entry(Run(ulong.MaxValue - 0xfff, 4)); break;
            case "entries out of order": _dump.WritePages("pagemap-7.img", 3, Pages(4), Run(0x12000, 2), Run(0x10000, 2)); break;
            case "areas out of order": _dump.WriteProcess(7, Anonymous, Area(0x1f000, 0x21000, 0x22, 0x201)); break;
            case "area without status": _dump.WriteProcess(7, Message((1, 0x10000), (2, 0x20000), (6, 0x22))); break;
            default: throw new ArgumentException(thing);
        }
    }

    private void Entry(byte[] entry) => _dump.WritePages("pagemap-7.img", 3, Pages(4), entry);

    private void Delete(string name) => File.Delete(Path.Combine(_dump.Path, name));

    private static byte[] Pages(int count) => [1, .. new byte[(count * PageSize) - 1]];
}
