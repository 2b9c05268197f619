using System.Text;
using CrCache.Tar;

namespace CrCache.Core.Tests.Tar;

/// <summary>Members of all kinds, with whatever a file system of Linux can hold.</summary>
internal sealed class RandomTar(int seed, bool anyBytes = true)
{
    private static readonly TarType[] Types = Enum.GetValues<TarType>();
    private static readonly int[] Sizes = [0, 1, 511, 512, 513, 1024, 5000];
    private static readonly long[] Ids = [0, 999, 0x1FFFFF, 0x200000, uint.MaxValue - 1];
    private readonly Random _random = new(seed);
    private int _count;

    public IEnumerable<TarFile> Files(int count) => Enumerable.Range(0, count).Select(_ => Next()).ToArray();

    private TarFile Next()
    {
        var type = Pick(Types);
        var content = new byte[type == TarType.File ? Pick(Sizes) : 0];
        _random.NextBytes(content);
        var isDevice = type is TarType.CharacterDevice or TarType.BlockDevice;
        return new TarFile(
            new TarMember
            {
                Name = Path(),
                Type = type,
                Mode = _random.Next(0x1000),
                Uid = Pick(Ids),
                Gid = Pick(Ids),
                Size = content.Length,
                Modified = Time(),
                LinkName = type is TarType.SymbolicLink or TarType.HardLink ? Path() : "",
                DeviceMajor = isDevice ? _random.Next(0x1000) : 0,
                DeviceMinor = isDevice ? _random.Next(0x100000) : 0,
                Attributes = Enumerable.Range(0, _random.Next(3)).ToDictionary(i => $"user.attribute {i}", _ => Bytes(_random.Next(300))),
            },
            content);
    }

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    // Each once; long ones get over the 100 and 255 bytes of a header.
    private string Path() => string.Join('/', Enumerable.Range(0, _random.Next(1, 6)).Select(_ => Part()).Append($"{_count++}"));

    private string Part()
    {
        var length = _random.Next(4) == 0 ? _random.Next(80, 250) : _random.Next(1, 12);
        return anyBytes && _random.Next(3) == 0
            ? Encoding.Latin1.GetString(Bytes(length)).Replace('\0', '0').Replace('/', '|').Insert(0, "b")
            : TarPath.FromText(
                string.Concat(Enumerable.Range(0, Math.Min(length, 100)).Select(_ => Pick("abcXYZ 09-_=é€".ToCharArray()))).Insert(0, "t"));
    }

    private long Time() => _random.Next(4) switch
    {
        0 => 0,
        1 => _random.NextInt64(0, 8_000_000_000) * 1_000_000_000,
        2 => _random.NextInt64(0, 8_000_000_000_000_000_000),
        _ => anyBytes ? _random.NextInt64(-8_000_000_000_000_000_000, 0) : 1,
    };

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return anyBytes ? bytes : Array.ConvertAll(bytes, value => (byte)('a' + (value % 26)));
    }
}
