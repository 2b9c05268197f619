using System.Text;

namespace CrCache.Core.Tests.Tar;

/// <summary>Damage to a tar, most of it with right checksums, so that it gets further than the first look.</summary>
internal static class TarDamage
{
    private const int Block = 512;
    private static readonly int[] Fields = [0, 100, 108, 116, 124, 136, 156, 157, 257, 329, 337, 345];
    private static readonly string[] Values =
    [
        "../escaped\0", "/escaped\0", "a/../..\0", "checkpoint/x\0", "config.dump\0", "\0", "77777777777\0",
        "\u0080\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "x", "g", "L", "K", "S", "1", "2", "5", "V",
        "-1\0", "00000001000\0", "99999\0", ".wh.a\0", "a/.wh..wh..opq\0", "link\0",
    ];

    public static byte[] To(byte[] tar, Random random)
    {
        if (random.Next(4) == 0)
        {
            return Damage.To(tar, random);
        }

        var damaged = tar.ToArray();
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var headers = Headers(damaged);
            var header = damaged.AsSpan(headers[random.Next(headers.Count)], Block);
            switch (random.Next(6))
            {
                case 0: header[random.Next(Block)] ^= (byte)(1 << random.Next(8)); break;
                case 1: damaged[random.Next(damaged.Length)] = (byte)random.Next(256); break;
                case 2: damaged.AsSpan(AnyBlock(), Block).CopyTo(damaged.AsSpan(AnyBlock())); break;
                default: Set(header, Fields[random.Next(Fields.Length)], Values[random.Next(Values.Length)]); break;
            }

            TarTests.FixChecksum(header);
            if (Headers(damaged).Count == 0)
            {
                break;
            }
        }

        return random.Next(8) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;

        int AnyBlock() => random.Next(damaged.Length / Block) * Block;
    }

    private static void Set(Span<byte> header, int field, string value)
    {
        var bytes = Encoding.Latin1.GetBytes(value);
        bytes.AsSpan(0, Math.Min(bytes.Length, Block - field)).CopyTo(header[field..]);
    }

    private static List<int> Headers(byte[] tar) =>
        Enumerable.Range(0, tar.Length / Block)
            .Select(block => block * Block)
            .Where(at => tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
            .ToList();
}
