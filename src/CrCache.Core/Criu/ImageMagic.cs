using System.Buffers.Binary;

namespace CrCache.Criu;

/// <summary>The numbers that CRIU's files begin with (criu/include/magic.h).</summary>
internal static class ImageMagic
{
    /// <summary>All files but the inventory begin with this one; it came with version 1.1 of the format.</summary>
    public const uint Common = 0x54564319;

    /// <summary>inventory.img: what the dump is.</summary>
    public const uint Inventory = 0x58313116;

    /// <summary>mm-N.img: the memory areas of a process.</summary>
    public const uint Memory = 0x57492820;

    /// <summary>pagemap-N.img and pagemap-shmem-N.img: which pages are in the dump.</summary>
    public const uint Pagemap = 0x56084025;

    /// <summary>Begins a file with them.</summary>
    public static void Write(Stream image, params ReadOnlySpan<uint> magic)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        foreach (var number in magic)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
            image.Write(bytes);
        }
    }
}
