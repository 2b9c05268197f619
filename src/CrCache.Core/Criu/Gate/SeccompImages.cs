namespace CrCache.Criu.Gate;

/// <summary>The seccomp filters of a dump, and which of them its threads have.</summary>
internal sealed class SeccompImages
{
    // criu/include/magic.h.
    private const uint CoreMagic = 0x5505_3847, ProcessMagic = 0x5027_3030, SeccompMagic = 0x6441_3049;

    // criu/images/core.proto, compel's TASK_DEAD, and SECCOMP_MODE_… of the kernel.
    private const uint X86 = 1, Dead = 2, NoFilter = 0, FilterMode = 2;

    // SECCOMP_FILTER_FLAG_TSYNC: all threads of the process get it. Of all flags but the one that hands decisions to another process.
    private const uint ForAllThreads = 1, KnownFlags = 7;

    private readonly List<(SeccompFilter Program, int? Before, uint Flags)> _filters = [];
    private readonly HashSet<int> _last = [];

    private SeccompImages()
    {
    }

    /// <summary>The filters of all threads: those of one thread each, and no list twice.</summary>
    public IEnumerable<SeccompFilter[]> Chains => _last.Select(last => ChainOf(last).Select(filter => filter.Program).ToArray());

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidDataException">A thread has no filter, or the images are damaged.</exception>
    /// <exception cref="NotUnderstoodException">They hold what is not known here.</exception>
    public static SeccompImages Read(string directory)
    {
        var images = new SeccompImages();
        images.ReadFilters(Path.Combine(directory, "seccomp.img"));
        using var processes = new ImageReader(Path.Combine(directory, "pstree.img"), ImageMagic.Common, ProcessMagic);
        while (processes.TryRead(out var process))
        {
            images.AddThreads(directory, process);
        }

        return images._last.Count > 0 ? images : throw new InvalidDataException("no process has a seccomp filter");
    }

    private IEnumerable<(SeccompFilter Program, int? Before, uint Flags)> ChainOf(int last)
    {
        for (int? index = last; index is { } number; index = _filters[number].Before)
        {
            yield return _filters[number];
        }
    }

    private void AddThreads(string directory, ReadOnlySpan<byte> process)
    {
        uint? leader = null;
        var threads = new List<uint>();
        var entry = new MessageReader(process);
        while (entry.Next())
        {
            if (entry.Field == 5)
            {
                threads.Add(entry.UInt32);
            }
            else if (entry.Field == 1)
            {
                leader = leader is null ? entry.UInt32 : throw new NotUnderstoodException("a process has two numbers");
            }
        }

        var id = leader ?? throw new InvalidDataException("a process has no number");
        var (isDead, first) = ReadCore(directory, id);
        if (isDead && threads.TrueForAll(thread => thread == id))
        {
            // CRIU makes a process that ends at once of it.
            return;
        }

        var own = Known(first ?? throw new InvalidDataException($"the process {id} has no seccomp filter"));
        _last.Add(own);

        // Where all threads have the same, CRIU notes it once, for the first of them.
        var isForAll = ChainOf(own).All(filter => (filter.Flags & ForAllThreads) != 0);
        foreach (var thread in threads.Where(thread => thread != id))
        {
            _last.Add(ReadCore(directory, thread).Last is { } other ? Known(other)
                : isForAll ? own
                : throw new InvalidDataException($"the thread {thread} has no seccomp filter"));
        }
    }

    private int Known(uint filter) =>
        filter < _filters.Count ? (int)filter : throw new InvalidDataException($"there is no seccomp filter {filter}");

    private void ReadFilters(string path)
    {
        var entry = new MessageReader(ReadOnly(path, SeccompMagic));
        while (entry.Next())
        {
            if (entry.Field != 1)
            {
                throw new NotUnderstoodException($"seccomp.img has the field {entry.Field}");
            }

            SeccompFilter? program = null;
            (uint? before, uint? flags) = (null, null);
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
                    case 3 when flags is null && filter.UInt32 <= KnownFlags:
                        flags = filter.UInt32;
                        break;
                    default:
                        throw new NotUnderstoodException($"a seccomp filter has the field {filter.Field}, or has it twice");
                }
            }

            // One that came before has a smaller number: so a chain has an end.
            _filters.Add(program is not null && (before is null || before < _filters.Count)
                ? (program, (int?)before, flags ?? 0)
                : throw new InvalidDataException("a seccomp filter has no program, or follows one that comes later"));
        }
    }

    private static (bool IsDead, uint? Last) ReadCore(string directory, uint thread)
    {
        (uint? processor, bool? isDead, bool hasThread, uint? last) = (null, null, false, null);
        var core = new MessageReader(ReadOnly(Path.Combine(directory, $"core-{thread}.img"), CoreMagic));
        while (core.Next())
        {
            switch (core.Field)
            {
                case 1:
                    processor = core.UInt32;
                    break;
                case 3 when isDead is null:
                    isDead = IsDead(core.Message);
                    break;
                case 5 when !hasThread:
                    (hasThread, last) = (true, ReadThread(core.Message));
                    break;
                case 3 or 5:
                    throw new NotUnderstoodException($"the thread {thread} is described twice");
            }
        }

        return processor == X86
            ? (isDead == true, last)
            : throw new NotUnderstoodException("seccomp filters of another processor than x86-64 are not evaluated");
    }

    private static uint? ReadThread(ReadOnlySpan<byte> message)
    {
        (uint? mode, uint? last) = (null, null);
        var thread = new MessageReader(message);
        while (thread.Next())
        {
            switch (thread.Field)
            {
                case 11 when mode is null:
                    mode = thread.UInt32;
                    break;
                case 12 when last is null:
                    last = thread.UInt32;
                    break;
                case 11 or 12:
                    throw new NotUnderstoodException("a thread has two seccomp filters");
            }
        }

        return (mode ?? NoFilter) switch
        {
            NoFilter => null,
            FilterMode => last ?? throw new InvalidDataException("a thread's seccomp filter is missing"),
            _ => throw new NotUnderstoodException($"a thread has the seccomp mode {mode}"),
        };
    }

    private static bool IsDead(ReadOnlySpan<byte> message)
    {
        uint? state = null;
        var task = new MessageReader(message);
        while (task.Next())
        {
            switch (task.Field)
            {
                case 1 when state is null:
                    state = task.UInt32;
                    break;
                case 1:
                    throw new NotUnderstoodException("a process has two states");
                case 11 or 12:
                    // By these CRIU before 3.10 said it for all threads.
                    throw new NotUnderstoodException("a process says itself which seccomp filter its threads have");
            }
        }

        return state == Dead;
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
