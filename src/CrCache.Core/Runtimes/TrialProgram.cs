using System.Buffers.Binary;
using System.Formats.Tar;

namespace CrCache.Runtimes;

/// <summary>
/// The smallest program that shows whether it was started or restored: it writes "started" and then waits for ever. It is
/// made here, because an engine without any image must be able to run it.
/// </summary>
internal static class TrialProgram
{
    /// <summary>What it writes when it starts; a restored copy never does.</summary>
    public const string Greeting = "started";

    /// <summary>Its path in the image.</summary>
    public const string Path = "/trial";

    private const int HeaderLength = 64 + 56;
    private const ulong LoadAddress = 0x400000;

    // write(1, message, 8); for (;;) pause();
    private static readonly byte[] CodeForX64 =
    [
        0xB8, 0x01, 0x00, 0x00, 0x00,             // mov eax, 1 (write)
        0xBF, 0x01, 0x00, 0x00, 0x00,             // mov edi, 1
        0x48, 0x8D, 0x35, 0x10, 0x00, 0x00, 0x00, // lea rsi, [rip + 16]
        0xBA, 0x08, 0x00, 0x00, 0x00,             // mov edx, 8
        0x0F, 0x05,                               // syscall
        0xB8, 0x22, 0x00, 0x00, 0x00,             // mov eax, 34 (pause)
        0x0F, 0x05,                               // syscall
        0xEB, 0xF7,                               // jmp to mov eax, 34
        .. "started\n"u8,
    ];

    /// <summary>A tar of a root file system with nothing but the program.</summary>
    public static MemoryStream ToRootFileSystem()
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Path[1..])
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                DataStream = new MemoryStream(ToElf()),
            });
        }

        tar.Position = 0;
        return tar;
    }

    // An ELF file of one loadable segment: the whole file, readable and executable.
    private static byte[] ToElf()
    {
        var file = new byte[HeaderLength + CodeForX64.Length];
        var span = file.AsSpan();
        byte[] identification = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identification.CopyTo(span);
        BinaryPrimitives.WriteUInt16LittleEndian(span[16..], 2); // executable
        BinaryPrimitives.WriteUInt16LittleEndian(span[18..], 62); // x86-64
        BinaryPrimitives.WriteUInt32LittleEndian(span[20..], 1); // version
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], LoadAddress + HeaderLength); // entry
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], 64); // program header's offset
        BinaryPrimitives.WriteUInt16LittleEndian(span[52..], 64); // size of this header
        BinaryPrimitives.WriteUInt16LittleEndian(span[54..], 56); // size of a program header
        BinaryPrimitives.WriteUInt16LittleEndian(span[56..], 1); // number of them
        var segment = span[64..];
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1); // load
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5); // read, execute
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], LoadAddress); // virtual address
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], LoadAddress); // physical address
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length); // size in the file
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length); // size in memory
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000); // alignment
        CodeForX64.CopyTo(span[HeaderLength..]);
        return file;
    }
}
