using System.Runtime.InteropServices;
using CrCache.Shared;

namespace CrCache.Store;

/// <summary>
/// The lock of an open file, by the system itself. .NET takes one as well, but not where DOTNET_SYSTEM_IO_DISABLEFILELOCKING says
/// so, and it says nothing where the file system has none: two processes would make the same checkpoint in one directory.
/// </summary>
internal static class SystemLock
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int AtOnce = 4;

    /// <summary>The system's error where somebody else has it.</summary>
    public static int IsTaken { get; } = OperatingSystem.IsLinux() ? 11 : 35;

    /// <summary>Takes it; it goes with the file.</summary>
    /// <returns>Null, or the number of the system's error.</returns>
    public static int? Take(SafeHandle file, bool isShared) =>
        OperatingSystem.IsWindows() || LibC.Lock(file, (isShared ? Shared : Exclusive) | AtOnce) == 0
            ? null
            : Marshal.GetLastPInvokeError();
}
