using System.Runtime.InteropServices;

namespace CrCache.Shared;

/// <summary>
/// The <c>crcache</c> that is compiled to machine code: it lies in a folder beside the <c>.dll</c>, and starts many times as fast.
/// </summary>
internal static class NativeTool
{
    private const int Executable = 1; // X_OK

    // Its linker took the names of this version of glibc.
    private static readonly Version s_oldestLibrary = new(2, 34);

    /// <summary>Null where there is none, or this machine or this user cannot run it.</summary>
    public static string? Find(string tool)
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux) || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            return null;
        }

        var native = Path.Combine(Path.GetDirectoryName(tool) ?? "", "linux-x64", "crcache");
        return File.Exists(native) && LibraryVersion() >= s_oldestLibrary && LibC.Access(native, Executable) == 0 ? native : null;
    }

    private static Version LibraryVersion()
    {
        try
        {
            return Version.TryParse(Marshal.PtrToStringAnsi(LibC.GnuGetLibcVersion()), out var version) ? version : new Version();
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return new Version(); // Another C library: musl.
        }
    }
}
