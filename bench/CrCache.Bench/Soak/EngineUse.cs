using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using CrCache.Bench.Memory;

namespace CrCache.Bench.Soak;

/// <summary>What an engine of this machine takes.</summary>
/// <param name="Memory">MB (10^6 bytes) that dockerd and containerd hold resident.</param>
/// <param name="Files">Their open files.</param>
/// <param name="Disk">MB on disk: what dockerd keeps, and the dumps.</param>
/// <param name="Containers">Running or not, whosever they are.</param>
internal sealed record EngineUse(double Memory, int Files, double Disk, int Containers)
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PeerCredentials = 17; // SO_PEERCRED: process, user and group, three numbers

    /// <summary>What it takes now.</summary>
    public static async Task<EngineUse> MeasureAsync(Engine engine, CancellationToken cancellationToken)
    {
        var daemon = FindListener(engine.Socket);
        var processes = Processes("containerd").Prepend(daemon).ToArray();
        var root = $"/proc/{daemon}/root";
        var folders = new[] { root + await engine.FindRootAsync(cancellationToken), $"{root}/var/lib/crcache" }.Where(Directory.Exists);
        var sizes = await Command.RunAsync(
            Command.Info("du", ["--summarize", "--one-file-system", "--block-size=1", .. folders]), cancellationToken);
        return new EngineUse(
            processes.Sum(ResidentSet.ReadMegabytes),
            processes.Sum(process => Directory.GetFileSystemEntries($"/proc/{process}/fd").Length),
            sizes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(line => Number(line.Split('\t')[0])) / 1e6,
            await engine.CountContainersAsync(cancellationToken));

        // Its own child where it has started one; where containerd is a service, whichever there is.
        IEnumerable<int> Processes(string name)
        {
            var all = Process.GetProcessesByName(name).Select(process => process.Id).ToArray();
            return all.Any(IsChild) ? all.Where(IsChild) : all;
        }

        bool IsChild(int process) => File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ')[2] == $"{daemon}";
    }

    // Who has called listen().
    private static int FindListener(string socket)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(socket));
        Span<int> credentials = stackalloc int[3];
        client.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials));
        return credentials[0];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
