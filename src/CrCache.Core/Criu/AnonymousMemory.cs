namespace CrCache.Criu;

/// <summary>
/// The parts of a process's memory whose pages are zero when the dump has nothing for them: private and anonymous. (Of a private
/// mapping of a file the file's content would show.) Every other area is left alone: huge pages, shadow stacks, areas of
/// plugins, and what a later version of CRIU may have added.
/// </summary>
internal static class AnonymousMemory
{
    // mm_entry and vma_entry in CRIU's images/mm.proto and vma.proto.
    private const int AreasField = 14;
    private const int StartField = 1;
    private const int EndField = 2;
    private const int FlagsField = 6;
    private const int StatusField = 7;
    private const int LastKnownField = 10;

    // The area's status, criu/include/image.h.
    private const uint Regular = 1 << 0;
    private const uint Stack = 1 << 1;
    private const uint Heap = 1 << 5;
    private const uint AnonymousPrivate = 1 << 9;
    private const uint Guard = 1 << 16; // no area, but a part of one in which there are no pages

    // The flags of mmap.
    private const uint MapPrivate = 0x2;
    private const uint MapAnonymous = 0x20;
    private const uint MapGrowsDown = 0x100;
    private const uint MapLocked = 0x2000;
    private const uint MapNoReserve = 0x4000;

    /// <summary>Reads mm-N.img.</summary>
    /// <returns>The ranges in the order of their addresses; they do not overlap.</returns>
    /// <exception cref="InvalidDataException">It is not what CRIU writes.</exception>
    /// <exception cref="NotUnderstoodException">It is, but of another version.</exception>
    public static IReadOnlyList<AddressRange> Read(string path)
    {
        using var image = new ImageReader(path, ImageMagic.Common, ImageMagic.Memory);
        if (!image.TryRead(out var record))
        {
            throw new InvalidDataException("there is no record in it");
        }

        var found = new List<AddressRange>();
        ulong previousEnd = 0;
        var any = false;
        var memory = new MessageReader(record);
        while (memory.Next())
        {
            if (memory.Field != AreasField)
            {
                continue;
            }

            any = true;
            var (range, flags, status) = ReadArea(memory.Message);
            if (status == Guard)
            {
                continue;
            }

            if (range.Start < previousEnd || range.End < range.Start)
            {
                throw new InvalidDataException("the memory areas are not in order");
            }

            previousEnd = range.End;
            if (IsZeroWithoutPages(flags, status))
            {
                found.Add(range);
            }
        }

        // Versions before 1.3 kept the areas in files of their own.
        return any ? found : throw new NotUnderstoodException("it has no memory areas");
    }

    private static (AddressRange Range, uint Flags, uint Status) ReadArea(ReadOnlySpan<byte> message)
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
            : (new AddressRange(start.Value, end.Value), flags.Value, status.Value);
    }

    private static bool IsZeroWithoutPages(uint flags, uint status) =>
        (status & ~(Stack | Heap)) == (Regular | AnonymousPrivate)
        && (flags & ~(MapGrowsDown | MapLocked | MapNoReserve)) == (MapPrivate | MapAnonymous);
}
