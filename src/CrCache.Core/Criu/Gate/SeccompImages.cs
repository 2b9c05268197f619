namespace CrCache.Criu.Gate;

/// <summary>The seccomp filters of a dump, and which of them each thread has.</summary>
/// <param name="Filters">All filters, each with the one that was there before it, or null.</param>
/// <param name="Last">The filters that threads have added last, each once.</param>
internal sealed record SeccompImages(IReadOnlyList<(SeccompFilter Filter, int? Before)> Filters, IReadOnlySet<int> Last)
{
    // criu/include/magic.h.
    private const uint CoreMagic = 0x5505_3847, SeccompMagic = 0x6441_3049;

    // criu/images/core.proto, and SECCOMP_MODE_FILTER of the kernel.
    private const int X86 = 1, FilterMode = 2;

    // All flags but the one that hands decisions to another process.
    private const uint KnownFlags = 7;

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidDataException">A thread has no filter, or the images are damaged.</exception>
    /// <exception cref="NotUnderstoodException">They hold what is not known here.</exception>
    public static SeccompImages Read(string directory)
    {
        var filters = ReadFilters(Path.Combine(directory, "seccomp.img"));
        var last = Directory.EnumerateFiles(directory, "core-*.img").Select(ReadLast).ToHashSet();
        return last.Count > 0 && last.Max() < filters.Count
            ? new SeccompImages(filters, last)
            : throw new InvalidDataException("a thread's seccomp filter is missing");
    }

    /// <summary>The filters of a thread, that which was added last first.</summary>
    public IEnumerable<SeccompFilter> ChainOf(int last)
    {
        for (int? index = last; index is { } number; index = Filters[number].Before)
        {
            yield return Filters[number].Filter;
        }
    }

    private static List<(SeccompFilter, int?)> ReadFilters(string path)
    {
        var filters = new List<(SeccompFilter, int?)>();
        var entry = new MessageReader(ReadOnly(path, SeccompMagic));
        while (entry.Next())
        {
            if (entry.Field != 1)
            {
                throw new NotUnderstoodException($"seccomp.img has the field {entry.Field}");
            }

            SeccompFilter? program = null;
            uint? before = null;
            var filter = new MessageReader(entry.Message);
            while (filter.Next())
            {
                switch (filter.Field)
                {
                    case 1 when program is null:
                        program = SeccompFilter.Read(filter.Message);
                        break;
                    case 2 when before is null:
                        before = filter.UInt32;
                        break;
                    case 3 when filter.UInt32 <= KnownFlags:
                        break;
                    default:
                        throw new NotUnderstoodException($"a seccomp filter has the field {filter.Field}, or has it twice");
                }
            }

            // One that came before has a smaller number: so a chain has an end.
            filters.Add(program is not null && (before is null || before < filters.Count)
                ? (program, (int?)before)
                : throw new InvalidDataException("a seccomp filter has no program, or follows one that comes later"));
        }

        return filters;
    }

    private static int ReadLast(string path)
    {
        var isX86 = false;
        int? last = null;
        var core = new MessageReader(ReadOnly(path, CoreMagic));
        while (core.Next())
        {
            switch (core.Field)
            {
                case 1:
                    isX86 = core.UInt32 == X86;
                    break;
                case 3:
                    RefuseOlder(core.Message);
                    break;
                case 5:
                    last = last is null ? ReadThread(core.Message) : throw new NotUnderstoodException("a thread is described twice");
                    break;
            }
        }

        return isX86
            ? last ?? throw new InvalidDataException("a thread has no seccomp filter")
            : throw new NotUnderstoodException("seccomp filters of another processor than x86-64 are not evaluated");
    }

    private static int ReadThread(ReadOnlySpan<byte> message)
    {
        (uint? Mode, uint? Last) found = default;
        var thread = new MessageReader(message);
        while (thread.Next())
        {
            found = thread.Field switch
            {
                11 when found.Mode is null => (thread.UInt32, found.Last),
                12 when found.Last is null => (found.Mode, thread.UInt32),
                11 or 12 => throw new NotUnderstoodException("a thread has two seccomp filters"),
                _ => found,
            };
        }

        return found is { Mode: FilterMode, Last: <= int.MaxValue and var last }
            ? (int)last
            : throw new InvalidDataException("a thread has no seccomp filter");
    }

    // Fields by which CRIU before 3.10 said it for all threads of a process.
    private static void RefuseOlder(ReadOnlySpan<byte> message)
    {
        var task = new MessageReader(message);
        while (task.Next())
        {
            if (task.Field is 11 or 12)
            {
                throw new NotUnderstoodException("a process says itself which seccomp filter its threads have");
            }
        }
    }

    // CRIU reads one record of each.
    private static byte[] ReadOnly(string path, uint magic)
    {
        using var image = new ImageReader(path, ImageMagic.Common, magic);
        var record = image.TryRead(out var first)
            ? first.ToArray()
            : throw new InvalidDataException($"{Path.GetFileName(path)} is empty");
        return image.TryRead(out _) ? throw new NotUnderstoodException($"{Path.GetFileName(path)} has more than one record") : record;
    }
}
