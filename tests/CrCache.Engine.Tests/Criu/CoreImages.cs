using System.Buffers.Binary;
using System.Globalization;

namespace CrCache.Engine.Tests.Criu;

/// <summary>The parts of a dump's core-N.img, one for each thread, that a comparison of memory needs (CRIU's images/core.proto).</summary>
internal static class CoreImages
{
    private const int Head = 2 * sizeof(uint);
    private const int TaskField = 3; // core_entry
    private const int ThreadField = 5;
    private const int StateField = 1; // task_core_entry
    private const int SignalActionField = 15;
    private const int SignalActionFlagsField = 2; // sa_entry
    private const int CredentialsField = 10; // thread_core_entry
    private const int EffectiveField = 11; // creds_entry
    private const byte ReadSearch = 1 << 2; // CAP_DAC_READ_SEARCH, which no engine gives by default
    private const int RseqField = 15;
    private const int RseqAddressField = 1; // rseq_entry
    private const byte Alive = 1; // compel/include/uapi/task-state.h
    private const byte Stopped = 3;
    private const int ChildSignal = 15; // SIGCHLD is 17; the first is 1, and SIGKILL is not among them
    private const byte NoChildStop = 1; // SA_NOCLDSTOP

    /// <summary>
    /// Makes all processes of a dump stopped ones: CRIU restores them so, and not one instruction of theirs is carried out. It
    /// has an option for that (leave-stopped), but it is read from a file that concerns all containers; and to stop the
    /// processes before the dump hangs CRIU 4.2 where it freezes them with a control group of version 1. Nor do the parents
    /// get to know: the kernel would prepare the call of a handler for that on the stack of one that is not stopped yet.
    /// </summary>
    public static void MarkStopped(string dump)
    {
        foreach (var path in Directory.EnumerateFiles(dump, "core-*.img"))
        {
            var image = File.ReadAllBytes(path);
            if (Find(Record(image), TaskField) is { Length: > 0 } task) // only the first thread of a process has it
            {
                var state = Find(task, StateField);
                Assert.Equal([Alive], state.ToArray());
                state[0] = Stopped;
                Find(Find(task, SignalActionField, ChildSignal), SignalActionFlagsField)[0] |= NoChildStop;
                File.WriteAllBytes(path, image);
            }
        }
    }

    /// <summary>Gives all threads of a dump a capability that their container does not have.</summary>
    public static void AddCapability(string dump)
    {
        foreach (var path in Directory.EnumerateFiles(dump, "core-*.img"))
        {
            var image = File.ReadAllBytes(path);
            Find(Find(Find(Record(image), ThreadField), CredentialsField), EffectiveField)[0] |= ReadSearch;
            File.WriteAllBytes(path, image);
        }
    }

    /// <summary>
    /// Where the kernel tells a thread which processor it runs on, or null: it writes there whenever the thread is resumed.
    /// </summary>
    public static long? RseqAddress(string dump, int thread)
    {
        var image = File.ReadAllBytes(Path.Combine(dump, string.Create(CultureInfo.InvariantCulture, $"core-{thread}.img")));
        var address = Find(Find(Find(Record(image), ThreadField), RseqField), RseqAddressField);
        return address.IsEmpty ? null : (long)ReadVarint(ref address);
    }

    private static Span<byte> Record(byte[] image) =>
        image.AsSpan(Head + sizeof(uint), BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(Head)));

    /// <summary>The bytes of a field's value, of a repeated one that of an index; none where the message has no such field.</summary>
    private static Span<byte> Find(Span<byte> message, int field, int index = 0)
    {
        while (!message.IsEmpty)
        {
            var key = ReadVarint(ref message);
            var length = (key & 7) switch
            {
                0 => message.IndexOfAnyInRange((byte)0, (byte)0x7f) + 1,
                1 => sizeof(ulong),
                2 => (int)ReadVarint(ref message),
                5 => sizeof(uint),
                var type => throw new InvalidDataException($"wire type {type}"),
            };
            if (key >> 3 == (ulong)field && index-- == 0)
            {
                return message[..length];
            }

            message = message[length..];
        }

        return [];
    }

    private static ulong ReadVarint(ref Span<byte> message)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[0];
            message = message[1..];
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}
