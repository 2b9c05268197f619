using System.Buffers.Binary;

namespace CrCache.Tests;

/// <summary>The images of a dump of one process that may do nothing, as small as one can be that goes to an engine.</summary>
internal static class SmallDump
{
    /// <summary>By their names; the inventory is the last.</summary>
    public static IReadOnlyList<(string Name, byte[] Content)> Images { get; } =
    [
        // Its thread has credentials without any capability, as root, and the first seccomp filter.
        ("core-1.img", Image(0x55053847, [0x08, 1, 0x1a, 2, 0x08, 1, 0x2a, 8, 0x52, 2, 0x68, 0, 0x58, 2, 0x60, 0])),

        // Namespaces of its own, but for users.
        ("ids-1.img", Image(0x54432030, [0x28, 9, 0x30, 10, 0x38, 11, 0x40, 12, 0x48, 13, 0x50, 7])),
        ("mountpoints-13.img", Image(0x55563928, [0x08, 17, 0x3a, 1, (byte)'/'])),
        ("pstree.img", Image(0x50273030, [0x08, 1, 0x10, 0, 0x18, 1, 0x20, 1, 0x28, 1])),

        // One instruction: the process ends at any system call.
        ("seccomp.img", Image(0x64413049, [0x0a, 10, 0x0a, 8, 0x06, 0, 0, 0, 0, 0, 0, 0x80])),
        ("inventory.img", Image(null, [0x08, 2, 0x1a, 12, 0x28, 1, 0x30, 2, 0x38, 3, 0x40, 4, 0x48, 6, 0x50, 7])),
    ];

    private static byte[] Image(uint? kind, byte[] record)
    {
        var image = new List<byte>();
        uint[] numbers = kind is { } number ? [0x54564319, number, (uint)record.Length] : [0x58313116, (uint)record.Length];
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        foreach (var next in numbers)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, next);
            image.AddRange(bytes);
        }

        return [.. image, .. record];
    }
}
