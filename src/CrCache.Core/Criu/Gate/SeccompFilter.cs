using System.Buffers.Binary;

namespace CrCache.Criu.Gate;

/// <summary>
/// One seccomp filter: a program of classic BPF that the kernel runs at each system call. It is read as strictly as the kernel
/// does, and of its instructions only those are known that libseccomp, runc and browsers' sandboxes write.
/// </summary>
internal sealed class SeccompFilter
{
    // linux/bpf_common.h: class, size and mode, operation and source of an instruction.
    private const ushort Load = 0x20, Immediate = 0x00, And = 0x54, Or = 0x44, Add = 0x04, Subtract = 0x14, ShiftLeft = 0x64,
        ShiftRight = 0x74, Return = 0x06, Jump = 0x05, IfEqual = 0x15, IfGreater = 0x25, IfGreaterOrEqual = 0x35, IfSet = 0x45;

    // linux/seccomp.h: what is done with the call. The first four do not let it happen.
    private const uint KillProcess = 0x8000_0000, KillThread = 0, Trap = 0x0003_0000, Error = 0x0005_0000;
    private const uint Notify = 0x7fc0_0000, Trace = 0x7ff0_0000, Log = 0x7ffc_0000, Allow = 0x7fff_0000;

    private const int MostInstructions = 4096;
    private const int InstructionBytes = 8;
    private const int DataBytes = 64;

    private readonly (ushort Code, int True, int False, uint Value)[] _program;

    private SeccompFilter((ushort Code, int True, int False, uint Value)[] program) => _program = program;

    /// <summary>Reads a program.</summary>
    /// <exception cref="InvalidDataException">The kernel would not take it.</exception>
    /// <exception cref="NotUnderstoodException">It does what is not known here.</exception>
    public static SeccompFilter Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % InstructionBytes != 0 || bytes.Length / InstructionBytes is 0 or > MostInstructions)
        {
            throw new InvalidDataException("a seccomp filter's length is not possible");
        }

        var program = new (ushort Code, int True, int False, uint Value)[bytes.Length / InstructionBytes];
        for (var i = 0; i < program.Length; i++)
        {
            var instruction = bytes.Slice(i * InstructionBytes, InstructionBytes);
            var value = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            program[i] = (
                BinaryPrimitives.ReadUInt16LittleEndian(instruction), i + 1 + instruction[2], i + 1 + instruction[3], value);
            Check(program[i], i, program.Length);
        }

        return program[^1].Code == Return ? new SeccompFilter(program) : throw new InvalidDataException("a seccomp filter has no end");
    }

    /// <summary>Whether a system call does not happen, whatever those of its data are that nobody knows.</summary>
    /// <param name="data">
    /// The kernel's <c>struct seccomp_data</c> in words of 32 bits: number, architecture, instruction pointer (2), six arguments
    /// (2 each, the lower half first); null for what may be anything.
    /// </param>
    public bool AlwaysDenies(ReadOnlySpan<uint?> data)
    {
        // Jumps lead forward only, so this ends. What is known of the accumulator besides is little: of a call few values occur.
        var seen = new HashSet<(int Position, uint? Accumulator)>();
        var open = new Stack<(int Position, uint? Accumulator)>([(0, 0)]);
        while (open.TryPop(out var state))
        {
            if (!seen.Add(state))
            {
                continue;
            }

            var (code, yes, no, value) = _program[state.Position];
            switch (code)
            {
                case Return when Denies(value):
                    break;
                case Return:
                    return false;
                case Jump:
                    open.Push((state.Position + 1 + (int)value, state.Accumulator));
                    break;
                case IfEqual or IfGreater or IfGreaterOrEqual or IfSet:
                    var taken = Decide(code, state.Accumulator, value);
                    if (taken != false)
                    {
                        open.Push((yes, state.Accumulator));
                    }

                    if (taken != true)
                    {
                        open.Push((no, state.Accumulator));
                    }

                    break;
                default:
                    open.Push((state.Position + 1, Compute(code, state.Accumulator, value, data)));
                    break;
            }
        }

        return true;
    }

    private static void Check((ushort Code, int True, int False, uint Value) instruction, int position, int length)
    {
        var isPossible = instruction.Code switch
        {
            Load => instruction.Value % sizeof(uint) == 0 && instruction.Value < DataBytes,
            Jump => instruction.Value < length - position - 1,
            IfEqual or IfGreater or IfGreaterOrEqual or IfSet => instruction.True < length && instruction.False < length,
            ShiftLeft or ShiftRight => instruction.Value < 32,
            Immediate or And or Or or Add or Subtract or Return => true,
            _ => throw new NotUnderstoodException($"a seccomp filter has the instruction {instruction.Code:x4}"),
        };
        if (!isPossible)
        {
            throw new InvalidDataException("a seccomp filter leads out of itself");
        }

        if (instruction.Code == Return)
        {
            _ = Denies(instruction.Value);
        }
    }

    private static bool Denies(uint result) => (result & 0xffff_0000) switch
    {
        KillProcess or KillThread or Trap or Error => true,
        Notify or Trace or Log or Allow => false,
        _ => throw new NotUnderstoodException($"a seccomp filter answers {result:x8}"),
    };

    private static bool? Decide(ushort code, uint? accumulator, uint value) => accumulator is not { } known ? null : code switch
    {
        IfEqual => known == value,
        IfGreater => known > value,
        IfGreaterOrEqual => known >= value,
        _ => (known & value) != 0,
    };

    private static uint? Compute(ushort code, uint? accumulator, uint value, ReadOnlySpan<uint?> data) => code switch
    {
        Load => data[(int)value / sizeof(uint)],
        Immediate => value,
        And => accumulator & value,
        Or => accumulator | value,
        Add => unchecked(accumulator + value),
        Subtract => unchecked(accumulator - value),
        ShiftLeft => accumulator << (int)value,
        _ => accumulator >> (int)value,
    };
}
