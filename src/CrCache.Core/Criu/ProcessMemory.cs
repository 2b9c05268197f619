namespace CrCache.Criu;

/// <summary>The memory areas of a process: mm-N.img.</summary>
internal sealed class ProcessMemory
{
    /// <summary>The field of an area in <c>mm_entry</c> of CRIU's images/mm.proto; there are many.</summary>
    public const int AreasField = 14;

    private readonly byte[] _record;

    private ProcessMemory(string path, byte[] record, IReadOnlyList<MemoryArea> areas)
    {
        (Path, _record, Areas) = (path, record, areas);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its one record.</summary>
    public ReadOnlySpan<byte> Record => _record;

    /// <summary>The areas in the order of their addresses; they do not overlap.</summary>
    public IReadOnlyList<MemoryArea> Areas { get; }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is not what CRIU writes.</exception>
    /// <exception cref="NotUnderstoodException">It is, but of another version.</exception>
    public static ProcessMemory Read(string path)
    {
        using var image = new ImageReader(path, ImageMagic.Common, ImageMagic.Memory);
        var record = image.TryRead(out var read) ? read.ToArray() : throw new InvalidDataException("there is no record in it");
        if (image.TryRead(out _))
        {
            throw new NotUnderstoodException("it has more than one record");
        }

        var areas = new List<MemoryArea>();
        ulong previousEnd = 0;
        var memory = new MessageReader(record);
        while (memory.Next())
        {
            if (memory.Field != AreasField || MemoryArea.Parse(memory.Message) is not { IsGuard: false } area)
            {
                continue;
            }

            if (area.Range.Start < previousEnd || area.Range.End < area.Range.Start)
            {
                throw new InvalidDataException("the memory areas are not in order");
            }

            previousEnd = area.Range.End;
            areas.Add(area);
        }

        // Versions before 1.3 kept the areas in files of their own.
        return areas.Count > 0 ? new ProcessMemory(path, record, areas) : throw new NotUnderstoodException("it has no memory areas");
    }
}
