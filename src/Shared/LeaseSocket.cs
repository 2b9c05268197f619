using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace CrCache.Shared;

/// <summary>
/// Where a lease and its client meet. On Unix it is a socket in a directory of this user's that nobody else can enter: its name stands in
/// a command line before it is there, and in an open directory anybody could serve it first. Each side also asks the kernel for
/// the other's user. The one who starts the lease chooses the path and tells it: temporary folders differ between processes.
/// </summary>
internal static class LeaseSocket
{
    /// <summary>What the sockets' names begin with.</summary>
    public const string Prefix = "lease-";

    // What sockaddr_un holds on macOS, without its last zero; Linux has four bytes more.
    private const int LongestPath = 103;
    private const uint OwnerOnly = 0x1c0; // 0700
    private const int WriteAndEnter = 3; // W_OK | X_OK; a read-only file system is found out by it too.

    // PipeOptions.CurrentUserOnly, which .NET Standard 2.0 has no name for, and .NET Framework does not take.
    private const PipeOptions CurrentUserOnly = (PipeOptions)0x20000000;

    private static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>An address that nobody has used: a socket's path on Unix, the name of a pipe on Windows.</summary>
    /// <exception cref="LeaseSocketException">There is no directory for it; the message says what is wrong with each.</exception>
    public static string NewAddress() => IsWindows ? $"crcache-{NewName()}" : NewPath(Candidates());

    /// <summary>The same, in the first of these directories that can be used.</summary>
    /// <exception cref="LeaseSocketException">None can.</exception>
    internal static string NewPath(IEnumerable<string> directories)
    {
        var name = NewName();
        var reasons = new List<string>();
        foreach (var directory in directories)
        {
            var path = Path.Combine(directory, name);
            if ((TooLong(path) ?? Make(directory)) is not { } reason)
            {
                return path;
            }

            reasons.Add(reason);
        }

        throw new LeaseSocketException(
            "there is no directory for the socket by which tests find their containers: "
            + $"{string.Join("; ", reasons)}. Set XDG_RUNTIME_DIR to a directory that only you can enter");
    }

    /// <summary>The client's end, which refuses a server of another user by an <see cref="UnauthorizedAccessException"/>.</summary>
    public static NamedPipeClientStream Client(string address)
    {
        // Asynchronous: a read that waits for the end of the lease must not hold a thread.
        var isFramework = RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal);
        var options = PipeOptions.Asynchronous | (isFramework ? PipeOptions.None : CurrentUserOnly);
        return new NamedPipeClientStream(".", address, PipeDirection.InOut, options);
    }

    /// <summary>Why a socket may not lie in a directory; null where it may.</summary>
    /// <remarks>Whose a directory is can be seen on Linux alone. Elsewhere each side's look at the other is all there is.</remarks>
    public static string? WhyNot(string directory)
    {
        var user = LibC.GetUser();
        return FileStatus.Find(directory, followLinks: false) switch
        {
            null => RuntimeInformation.IsOSPlatform(OSPlatform.Linux) || !Directory.Exists(directory) ? $"{directory} is not there" : null,
            { IsDirectory: false } => $"{directory} is no directory, or a link to one",
            { User: var owner } when owner != user => $"{directory} belongs to the user {owner}, and this is {user}",
            { IsPrivate: false } => $"{directory} can be entered by others",
            _ => null,
        };
    }

    /// <summary>Why no socket can have a path; null where one can.</summary>
    public static string? TooLong(string path) =>
        Encoding.UTF8.GetByteCount(path) > LongestPath ? $"{path} is longer than the {LongestPath} bytes of a socket's path" : null;

    private static string NewName() => $"{Prefix}{Guid.NewGuid():N}";

    // The first is made for this by most systems. /tmp is for all of one machine, whatever TMPDIR says. The last is for a file
    // system that is all read-only but the user's own part of it.
    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathRooted(runtime))
        {
            yield return Path.Combine(runtime, "crcache");
        }

        var own = $"crcache-{LibC.GetUser()}";
        yield return Path.Combine("/tmp", own);
        yield return Path.Combine(Path.GetTempPath(), own);
        var home = HomeFolder.Find();
        _ = LibC.MakeDirectory(home, OwnerOnly);
        yield return Path.Combine(home, "run");
    }

    // Whoever has made it before may be anybody: it is looked at afterwards in any case.
    private static string? Make(string directory)
    {
        if (LibC.MakeDirectory(directory, OwnerOnly) != 0 && !Directory.Exists(directory))
        {
            return $"{directory} cannot be made";
        }

        return WhyNot(directory) ?? (LibC.Access(directory, WriteAndEnter) == 0 ? null : $"{directory} cannot be written to");
    }
}
