using System.Diagnostics;
using System.Runtime.Versioning;
using CrCache.Shared;

namespace CrCache.Tasks.Tests.Shared;

[SupportedOSPlatform("linux")]
public sealed class LeaseSocketTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache socket ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Linux)]
    public void Its_directory_is_made_for_this_user_alone_and_used_again()
    {
        var (first, second) = (LeaseSocket.NewPath([At("own")]), LeaseSocket.NewPath([At("own")]));
        Assert.Equal((At("own"), At("own")), (Path.GetDirectoryName(first), Path.GetDirectoryName(second)));
        Assert.NotEqual(first, second);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(At("own")));
    }

    [Requires(Need.Root, "chown")]
    public void One_that_another_user_has_made_first_is_not_used()
    {
        Directory.CreateDirectory(At("theirs"), OwnerOnly);
        Run("chown", "65534", At("theirs"));
        IsRefused("theirs", "belongs to the user 65534, and this is 0");
    }

    [Requires(Need.Linux)]
    public void A_link_is_not_used_wherever_it_leads()
    {
        Directory.CreateDirectory(At("elsewhere"), OwnerOnly);
        Directory.CreateSymbolicLink(At("link"), At("elsewhere"));
        IsRefused("link", "is no directory, or a link to one");
    }

    [Requires(Need.Linux)]
    public void One_that_others_can_enter_is_not_used()
    {
        Directory.CreateDirectory(At("open"), OwnerOnly | UnixFileMode.GroupExecute);
        IsRefused("open", "can be entered by others");
    }

    [Requires(Need.Linux)]
    public void One_that_cannot_be_made_is_not_used()
    {
        File.WriteAllText(At("file"), "");
        IsRefused("file", "cannot be made");
        IsRefused("none/of/these", "cannot be made");
    }

    // Not even by root, whom modes do not keep out.
    [Requires(Need.Root, "mount", "umount")]
    public void A_read_only_file_system_is_not_used()
    {
        Directory.CreateDirectory(At("still"), OwnerOnly);
        Run("mount", "-t", "tmpfs", "-o", "ro,mode=0700", "tmpfs", At("still"));
        try
        {
            IsRefused("still", "cannot be written to");
            IsRefused("still/new", "cannot be made");
        }
        finally
        {
            Run("umount", At("still"));
        }
    }

    [Requires(Need.Linux)]
    public void One_whose_path_no_socket_can_have_is_not_used() => IsRefused(new string('x', 150), "is longer than the 103 bytes");

    // Where TMPDIR is long, read-only or another one for each process, /tmp is still there.
    [Requires(Need.Linux)]
    public void A_temporary_folder_of_this_process_is_not_needed()
    {
        var address = LeaseSocket.NewAddress();
        Assert.Null(LeaseSocket.TooLong(address));
        Assert.Null(LeaseSocket.WhyNot(Path.GetDirectoryName(address)!));
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string At(string name) => Path.Combine(_folder, name);

    // The next one serves, and without any the reason is told.
    private void IsRefused(string name, string reason)
    {
        Assert.Equal(At("next"), Path.GetDirectoryName(LeaseSocket.NewPath([At(name), At("next")])));
        var e = Assert.Throws<LeaseSocketException>(() => LeaseSocket.NewPath([At(name)]));
        Assert.Contains(At(name), e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains("Set XDG_RUNTIME_DIR", e.Message, StringComparison.Ordinal);
    }
}
