using System.Runtime.InteropServices;
#if NET
using Microsoft.Win32.SafeHandles;
#endif

namespace CrCache.Shared;

/// <summary>
/// What is called of the system's C library: all of it, so that each call is looked at once. Those of .NET are made by the generator,
/// which machine code needs; the thin clients are for .NET Standard and have none.
/// </summary>
internal static partial class LibC
{
#if NET
    /// <summary>Sends a signal to a process; -1 where that fails.</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int processId, int signal);

    /// <summary>Begins a session of this process's own, and with it a process group.</summary>
    [LibraryImport("libc", EntryPoint = "setsid")]
    internal static partial int StartSession();

    /// <summary>The process group that a terminal belongs to.</summary>
    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    internal static partial int GetForegroundGroup(SafeHandle terminal);

    /// <summary>This process's group.</summary>
    [LibraryImport("libc", EntryPoint = "getpgrp")]
    internal static partial int GetGroup();

    /// <summary>Linux: makes an empty file share the blocks of another one (FICLONE); -1 where the file system cannot.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl")]
    internal static partial int CloneInto(SafeHandle target, nuint request, SafeHandle source);

    /// <summary>macOS: makes a new file that shares the blocks of another one; -1 where the file system cannot.</summary>
    [LibraryImport("libc", EntryPoint = "clonefile", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int CloneFile(string source, string target, uint flags);

    /// <summary>Locks an open file for as long as it is open; -1 where that fails.</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(SafeHandle file, int operation);

    /// <summary>Opens a file, and locks nothing, as .NET would.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle Open(string path, int flags);

    /// <summary>Gives a file a second name; -1 where the file system cannot.</summary>
    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Link(string source, string target);

    /// <summary>0 where this user may do with a file what the mode says.</summary>
    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(string path, int mode);

    /// <summary>The user that this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint GetUser();

    /// <summary>Makes a directory; -1 where there is something of that name, or it cannot be made.</summary>
    [LibraryImport("libc", EntryPoint = "mkdir", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeDirectory(string path, uint mode);

    /// <summary>Linux: what the kernel says of a file; -1 where it cannot be looked at.</summary>
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Status(int directory, string path, int flags, uint mask, out FileStatusBuffer status);
#else
    /// <summary>Sends a signal to a process; -1 where that fails.</summary>
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern int Kill(int processId, int signal);

    /// <summary>Sets a file's mode; -1 where that fails.</summary>
    [DllImport("libc", EntryPoint = "chmod", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern int ChangeMode(string path, uint mode);

    /// <summary>0 where this user may do with a file what the mode says.</summary>
    [DllImport("libc", EntryPoint = "access", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern int Access(string path, int mode);

    /// <summary>The version of glibc as text; there is no such function in another C library.</summary>
    [DllImport("libc", EntryPoint = "gnu_get_libc_version")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern IntPtr GnuGetLibcVersion();

    /// <summary>The user that this process acts as.</summary>
    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern uint GetUser();

    /// <summary>Makes a directory; -1 where there is something of that name, or it cannot be made.</summary>
    [DllImport("libc", EntryPoint = "mkdir", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern int MakeDirectory(string path, uint mode);

    /// <summary>Linux: what the kernel says of a file; -1 where it cannot be looked at.</summary>
    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static extern int Status(int directory, string path, int flags, uint mask, out FileStatusBuffer status);
#endif

    /// <summary>The part of the kernel's <c>struct statx</c> that is read here; it is the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileStatusBuffer
    {
        /// <summary>The owner's id.</summary>
        [FieldOffset(20)]
        internal uint User;

        /// <summary>Type and permissions.</summary>
        [FieldOffset(28)]
        internal ushort Mode;
    }
}
