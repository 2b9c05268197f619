using System.Runtime.InteropServices;
using CrCache.Shared;

namespace CrCache.Tasks.Tests.Shared;

public sealed class NativeToolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Tool => _folder.File("crcache.dll");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_one_the_dll_is_started() => Assert.Null(NativeTool.Find(Tool));

    [Fact]
    public void The_executable_beside_the_dll_is_taken_where_it_runs()
    {
        var native = _folder.Write("linux-x64/crcache");
        if (OperatingSystem.IsWindows())
        {
            Assert.Null(NativeTool.Find(Tool));
            return;
        }

        File.SetUnixFileMode(native, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var runsHere = OperatingSystem.IsLinux()
            && RuntimeInformation.OSArchitecture == Architecture.X64
            && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);
        Assert.Equal(runsHere ? native : null, NativeTool.Find(Tool));
    }

    // NuGet on some systems, and copies through some archives, lose the mode.
    [Fact]
    public void One_that_may_not_be_executed_is_not_taken()
    {
        var native = _folder.Write("linux-x64/crcache");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(native, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Assert.Null(NativeTool.Find(Tool));
    }
}
