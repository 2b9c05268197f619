using System.Text;
using static CrCache.Core.Tests.Criu.Protobuf;

namespace CrCache.Core.Tests.Criu;

/// <summary>A directory of images as CRIU writes them.</summary>
internal sealed class MadeUpDump : IDisposable
{
    public const uint Common = 0x54564319;
    public const uint Inventory = 0x58313116;
    public const uint Memory = 0x57492820;
    public const uint Pagemap = 0x56084025;
    public const int PageSize = 4096;

    public MadeUpDump()
    {
        Write(
            "inventory.img",
            Image([Inventory], Message((1, 2), (2, 1), (3, new byte[] { 8, 1 }), (4, 1), (13, Encoding.UTF8.GetBytes("a run")))));
    }

    /// <summary>In memory where that can be: the tests write many thousands.</summary>
    public string Path { get; } = Directory.CreateDirectory(System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"crcache dump {Guid.NewGuid():N}")).FullName;

    /// <summary>Magic numbers and records with their lengths.</summary>
    public static byte[] Image(uint[] magic, params IEnumerable<byte[]> records) =>
        [
            .. magic.SelectMany(BitConverter.GetBytes),
            .. records.SelectMany(record => (byte[])[.. BitConverter.GetBytes(record.Length), .. record]),
        ];

    /// <summary>A memory area as CRIU 4.2 describes it.</summary>
    public static byte[] Area(ulong start, ulong end, uint flags, uint status) => Message(
        (1, start), (2, end), (3, 0), (4, 0), (5, 3), (6, flags), (7, status), (8, 1));

    /// <summary>The entry of a run of pages as CRIU 4.2 writes it.</summary>
    public static byte[] Run(ulong address, ulong pages, uint flags = 4) => Message((1, address), (2, 0), (4, flags), (5, pages));

    public void Write(string name, byte[] content) => File.WriteAllBytes(System.IO.Path.Combine(Path, name), content);

    public byte[] Read(string name) => File.ReadAllBytes(System.IO.Path.Combine(Path, name));

    public void WriteProcess(int id, params IEnumerable<byte[]> areas) => Write(
        $"mm-{id}.img", Image(
            [Common, Memory], Message([(1, 0x1000), (12, 3), (13, 7), .. areas.Select(area => (14, (object?)area)), (15, 1)])));

    public void WritePages(string pagemap, uint id, byte[] pages, params IEnumerable<byte[]> runs)
    {
        Write(pagemap, Image([Common, Pagemap], [Message((1, id)), .. runs]));
        Write($"pages-{id}.img", pages);
    }

    /// <summary>Every file with its content.</summary>
    public Dictionary<string, byte[]> Files() => Names().ToDictionary(name => name, Read);

    /// <summary>The names of all files.</summary>
    public IEnumerable<string> Names() => Directory.EnumerateFiles(Path).Select(file => System.IO.Path.GetFileName(file)).ToArray();

    /// <summary>Fails unless there are exactly these files. (xunit's own comparison of bytes takes milliseconds a page.)</summary>
    public void AssertFiles(Dictionary<string, byte[]> expected)
    {
        var files = Files();
        Assert.Equal(expected.Keys.Order(), files.Keys.Order());
        Assert.All(expected, file => Assert.True(file.Value.AsSpan().SequenceEqual(files[file.Key]), $"{file.Key} was changed"));
    }

    /// <summary>The stored pages of a pagemap in their order.</summary>
    public IEnumerable<StoredPage> Pages(string pagemap)
    {
        var image = Read(pagemap);
        var head = Numbers(Record(image, 8));
        var pages = Read($"pages-{head[1]}.img");
        var offset = 0;
        for (var at = 12 + Record(image, 8).Length; at < image.Length; at += 4 + Record(image, at).Length)
        {
            var entry = Numbers(Record(image, at));
            var shape = (
                entry.TryGetValue(3, out var inParent) ? (ulong?)inParent : null,
                entry.TryGetValue(4, out var flags) ? (ulong?)flags : null,
                entry[2] > 0,
                entry.ContainsKey(5));
            for (var i = 0ul; i < entry.GetValueOrDefault(5, entry[2]); i++, offset += PageSize)
            {
                yield return new StoredPage(entry[1] + (i * PageSize), shape, pages.AsMemory(offset, PageSize));
            }
        }

        Assert.Equal(pages.Length, offset);
    }

    /// <summary>The fields of a process's memory as a restore sees them: those that are no areas, then all areas.</summary>
    public (byte[][] Others, MadeUpArea[] Areas) MemoryOf(string name)
    {
        var record = Record(Read(name), 8);
        var fields = Fields(record).ToArray();
        return (
            [.. fields.Where(field => field.Number != 14).Select(field => field.Encoded)],
            [.. fields.Where(field => field.Number == 14).Select(field => MadeUpArea.Parse(field.Content))]);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static byte[] Record(byte[] image, int at) => image[(at + 4)..(at + 4 + BitConverter.ToInt32(image, at))];
}
