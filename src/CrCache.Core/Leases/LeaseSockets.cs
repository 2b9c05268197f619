using System.Net.Sockets;
using System.Text.RegularExpressions;
using CrCache.Diagnostics;
using CrCache.Shared;

namespace CrCache.Leases;

/// <summary>The server's look at the place of its socket, and what killed leases have left there.</summary>
internal static partial class LeaseSockets
{
    private const string NewPrefix = "new-";

    // Between its file and its server lie some instructions of the kernel's, in which nobody seems to serve it.
    private static readonly TimeSpan s_making = TimeSpan.FromSeconds(1);

    /// <summary>Whether a socket may be made at a path; the client has chosen it.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="CrCacheException">It may not (CRC5008).</exception>
    public static string Check(string path)
    {
        if ((LeaseSocket.TooLong(path) ?? LeaseSocket.WhyNot(Path.GetDirectoryName(path)!)) is { } reason)
        {
            throw Unusable(reason);
        }

        // System.IO.Pipes removes what lies at the path, whatever it is.
        return FileStatus.Find(path, followLinks: false) is null or { IsSocket: true }
            ? path
            : throw Unusable($"{path} is there already, and no socket");
    }

    /// <summary>
    /// Where a socket is made, before it gets its name: one that is swept is then served as long as it has that name and its lease lives.
    /// </summary>
    public static string NewOf(string path) => Path.GetFileName(path) is var name && Name().IsMatch(name)
        ? Path.Combine(Path.GetDirectoryName(path)!, NewPrefix + name[LeaseSocket.Prefix.Length..])
        : path;

    /// <summary>Removes sockets that nobody serves any more.</summary>
    public static void Sweep(string directory)
    {
        foreach (var file in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if ((Name().IsMatch(file.Name) || (NewName().IsMatch(file.Name) && DateTime.UtcNow - file.LastWriteTimeUtc > s_making))
                && FileStatus.Find(file.FullName, followLinks: false) is { IsSocket: true }
                && !IsServed(file.FullName))
            {
                Remove(file);
            }
        }
    }

    /// <summary>The error of a place that cannot be used.</summary>
    public static CrCacheException Unusable(string reason, Exception? inner = null) => new(
        ErrorCodes.LeaseSocketUnusable,
        $"The lease cannot be served: {reason}. Name a socket in a directory that only you can enter.",
        inner);

    // A server takes one client, who must be a real one: a socket of another kind is refused by the kernel, and differently where nobody
    // serves this one.
    private static bool IsServed(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    private static void Remove(FileSystemInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another lease has swept it, or the next one will.
        }
    }

    [GeneratedRegex(@"\Alease-[0-9a-f]{32}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\Anew-[0-9a-f]{32}\z")]
    private static partial Regex NewName();
}
