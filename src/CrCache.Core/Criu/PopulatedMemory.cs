namespace CrCache.Criu;

/// <summary>
/// mm-N.img written anew so that the pages of a dump are got from the kernel by the run, when CRIU maps their areas, and not by a
/// page fault each, when CRIU reads their content into them. An area is described as several that lie side by side; where there
/// are pages, mmap's flag MAP_POPULATE is added. The kernel makes one area of them again, and no page more than the dump has is
/// got.
/// </summary>
internal sealed class PopulatedMemory : IDisposable
{
    // For a single call of mmap this many pages are got by faults at most.
    private const int FewestPages = 8;

    private readonly string _path;

    private PopulatedMemory(string path) => _path = path;

    /// <summary>Writes the new file; the old one is only read.</summary>
    /// <param name="memory">The areas of a process.</param>
    /// <param name="stored">Where the dump has pages for it, in order.</param>
    /// <param name="shared">
    /// Areas that lie in other processes, too. A child has those of its parent, whose pages CRIU lets them share if both are
    /// described alike.
    /// </param>
    /// <returns>Null where there is nothing to change.</returns>
    public static PopulatedMemory? Write(ProcessMemory memory, IReadOnlyList<AddressRange> stored, IReadOnlySet<AddressRange> shared)
    {
        var runs = stored.Where(run => run.End - run.Start >= FewestPages * PagemapEntry.PageSize).ToArray();
        var image = new MessageWriter(new byte[2 * memory.Record.Length]);
        var fields = new MessageReader(memory.Record);
        while (fields.Next())
        {
            if (fields.Field == ProcessMemory.AreasField
                && MemoryArea.Parse(fields.Message) is { IsDivisible: true } area
                && !shared.Contains(area.Range))
            {
                AddDivided(ref image, fields, area, runs);
            }
            else
            {
                image.AddEncoded(fields.Encoded);
            }
        }

        if (image.Message.SequenceEqual(memory.Record))
        {
            return null;
        }

        var populated = new PopulatedMemory(memory.Path);
        try
        {
            using var file = UnfinishedFile.Create(UnfinishedFile.NameOf(memory.Path));
            ImageMagic.Write(file, ImageMagic.Common, ImageMagic.Memory);
            image.WriteTo(file);
            return populated;
        }
        catch
        {
            populated.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the old file by the new one.</summary>
    public void Commit() => File.Move(UnfinishedFile.NameOf(_path), _path, overwrite: true);

    /// <summary>Removes the new file, if it was not committed.</summary>
    public void Dispose() => File.Delete(UnfinishedFile.NameOf(_path));

    private static void AddDivided(ref MessageWriter image, MessageReader field, MemoryArea area, AddressRange[] runs)
    {
        var at = area.Range.Start;
        foreach (var run in RunsIn(area.Range, runs))
        {
            AddPart(ref image, field.Message, new AddressRange(at, run.Start), area.Flags);
            AddPart(ref image, field.Message, run, area.Flags | MemoryArea.MapPopulate);
            at = run.End;
        }

        if (at == area.Range.Start)
        {
            image.AddEncoded(field.Encoded);
        }
        else
        {
            AddPart(ref image, field.Message, area.Range with { Start = at }, area.Flags);
        }
    }

    // A run may begin or end in another area.
    private static IEnumerable<AddressRange> RunsIn(AddressRange area, AddressRange[] runs) => runs
        .SkipWhile(run => run.End <= area.Start)
        .TakeWhile(run => run.Start < area.End)
        .Select(run => new AddressRange(Math.Max(run.Start, area.Start), Math.Min(run.End, area.End)));

    private static void AddPart(ref MessageWriter image, ReadOnlySpan<byte> area, AddressRange range, uint flags)
    {
        if (range.Start == range.End)
        {
            return;
        }

        var part = new MessageWriter(stackalloc byte[128]);
        var fields = new MessageReader(area);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case MemoryArea.StartField: part.Add(fields.Field, range.Start); break;
                case MemoryArea.EndField: part.Add(fields.Field, range.End); break;
                case MemoryArea.FlagsField: part.Add(fields.Field, flags); break;
                default: part.AddEncoded(fields.Encoded); break;
            }
        }

        image.Add(ProcessMemory.AreasField, part.Message);
    }
}
