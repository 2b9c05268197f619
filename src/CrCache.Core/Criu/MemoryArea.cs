namespace CrCache.Criu;

/// <summary>An area of a process's memory: <c>vma_entry</c> in CRIU's images/vma.proto.</summary>
internal readonly record struct MemoryArea(AddressRange Range, uint Flags, uint Status)
{
    /// <summary>The field of the first address.</summary>
    public const int StartField = 1;

    /// <summary>The field of the end's address.</summary>
    public const int EndField = 2;

    /// <summary>The field of mmap's flags.</summary>
    public const int FlagsField = 6;

    /// <summary>
    /// mmap's flag that has the kernel get the pages at once. CRIU never writes it, and hands it to mmap when it restores.
    /// </summary>
    public const uint MapPopulate = 0x8000;

    private const int StatusField = 7;
    private const int LastKnownField = 10;

    // The area's status, criu/include/image.h.
    private const uint Regular = 1 << 0;
    private const uint Stack = 1 << 1;
    private const uint Heap = 1 << 5;
    private const uint AnonymousPrivate = 1 << 9;
    private const uint Guard = 1 << 16;

    // The flags of mmap.
    private const uint MapPrivate = 0x2;
    private const uint MapAnonymous = 0x20;
    private const uint MapGrowsDown = 0x100;
    private const uint MapLocked = 0x2000;
    private const uint MapNoReserve = 0x4000;

    /// <summary>It is no area, but a part of one in which there are no pages.</summary>
    public bool IsGuard => Status == Guard;

    /// <summary>
    /// Its pages are zero when the dump has nothing for them: it is private and anonymous. (Of a private mapping of a file the
    /// file's content would show.) Every other kind is left alone: huge pages, shadow stacks, areas of plugins, and what a later
    /// version of CRIU may have added.
    /// </summary>
    public bool IsZeroWithoutPages =>
        (Status & ~(Stack | Heap)) == (Regular | AnonymousPrivate)
        && (Flags & ~(MapGrowsDown | MapLocked | MapNoReserve | MapPopulate)) == (MapPrivate | MapAnonymous);

    /// <summary>CRIU maps it in its place with these flags, so it can be restored in several parts.</summary>
    public bool IsDivisible => IsZeroWithoutPages && (Flags & ~MapNoReserve) == (MapPrivate | MapAnonymous);

    /// <exception cref="InvalidDataException">It is not an area as CRIU describes one.</exception>
    /// <exception cref="NotUnderstoodException">It is, but of another version.</exception>
    public static MemoryArea Parse(ReadOnlySpan<byte> message)
    {
        ulong? start = null, end = null;
        uint? flags = null, status = null;
        var area = new MessageReader(message);
        while (area.Next())
        {
            switch (area.Field)
            {
                case StartField: start = area.UInt64; break;
                case EndField: end = area.UInt64; break;
                case FlagsField: flags = area.UInt32; break;
                case StatusField: status = area.UInt32; break;
                case > LastKnownField: throw new NotUnderstoodException($"its areas have a field {area.Field}");
            }
        }

        return start is null || end is null || flags is null || status is null
            ? throw new InvalidDataException("a memory area lacks its addresses, flags or status")
            : new MemoryArea(new AddressRange(start.Value, end.Value), flags.Value, status.Value);
    }
}
