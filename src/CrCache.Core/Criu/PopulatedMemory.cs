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
        var changed = false;
        var next = 0;
        var fields = new MessageReader(memory.Record);
        while (fields.Next())
        {
            if (fields.Field != ProcessMemory.AreasField
                || MemoryArea.Parse(fields.Message) is not { IsDivisible: true } area
                || shared.Contains(area.Range))
            {
                image.AddEncoded(fields.Encoded);
                continue;
            }

            var at = area.Range.Start;
            for (; next < runs.Length && runs[next].Start < area.Range.End; next++)
            {
                // A run may begin or end in another area.
                var (start, end) = (Math.Max(runs[next].Start, at), Math.Min(runs[next].End, area.Range.End));
                if (start < end)
                {
                    AddPart(ref image, fields.Message, new AddressRange(at, start), area.Flags);
                    AddPart(ref image, fields.Message, new AddressRange(start, end), area.Flags | MemoryArea.MapPopulate);
                    at = end;
                    changed = true;
                }

                if (runs[next].End > area.Range.End)
                {
                    break;
                }
            }

            if (at == area.Range.Start)
            {
                image.AddEncoded(fields.Encoded);
            }
            else
            {
                AddPart(ref image, fields.Message, area.Range with { Start = at }, area.Flags);
            }
        }

        if (!changed)
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
