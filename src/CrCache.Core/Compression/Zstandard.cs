using System.Reflection;
using System.Runtime.InteropServices;

namespace CrCache.Compression;

/// <summary>
/// The functions of libzstd, the system's own: dpkg, rpm and systemd need it, so Linux distributions have it. .NET gets a
/// Zstandard stream with version 11.
/// </summary>
internal static partial class Zstandard
{
    private const string Library = "zstd";
    private static readonly string[] FileNames = ["libzstd.so.1", "libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "libzstd.dll"];
    private static readonly nint Handle = Load();

    /// <summary>Whether this machine has it.</summary>
    public static bool IsAvailable => Handle != 0;

    /// <summary>The library's version, or null.</summary>
    public static string? Version => IsAvailable ? Marshal.PtrToStringUTF8(ZSTD_versionString()) : null;

    internal enum Parameter
    {
        Level = 100,
        WindowLog = 101,
        LongDistanceMatching = 160,
        Checksum = 201,
    }

    internal enum Directive
    {
        Continue = 0,
        End = 2,
    }

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createCCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_CCtx_setParameter(nint context, Parameter parameter, int value);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_compressStream2(nint context, ref Buffer output, ref Buffer input, Directive directive);

    [LibraryImport(Library)]
    internal static partial nint ZSTD_createDCtx();

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library)]
    internal static partial nuint ZSTD_decompressStream(nint context, ref Buffer output, ref Buffer input);

    [LibraryImport(Library)]
    internal static partial nint ZSTD_versionString();

    [LibraryImport(Library)]
    internal static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    internal static partial nint ZSTD_getErrorName(nuint code);

    /// <summary>A function's result.</summary>
    /// <exception cref="InvalidDataException">It is an error.</exception>
    internal static nuint Check(nuint result) => ZSTD_isError(result) == 0
        ? result
        : throw new InvalidDataException($"Its compression is damaged: {Marshal.PtrToStringUTF8(ZSTD_getErrorName(result))}.");

    private static nint Load()
    {
        foreach (var name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (library, _, _) => library == Library ? handle : 0);
                return handle;
            }
        }

        return 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Buffer
    {
        public nint Pointer;
        public nuint Size;
        public nuint Position;
    }
}
