using System.Diagnostics;
using System.Globalization;
using CrCache.Tests;

namespace CrCache.Chaos;

/// <summary>An engine of this run's own, beside the one that others use (eng/test-engine.sh); it ends with this object.</summary>
internal sealed class ChaosEngine : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private readonly Process _script;

    private ChaosEngine(Process script, int init, string socket)
    {
        _script = script;
        (Init, Socket) = (init, socket);
        Api = new EngineApi(socket);
    }

    /// <summary>The first of its processes, which starts dockerd again whenever that has ended.</summary>
    public int Init { get; }

    public string Socket { get; }

    public string Host => $"unix://{Socket}";

    public EngineApi Api { get; }

    /// <summary>Its files, as it sees them.</summary>
    public string Root => $"/proc/{Init}/root";

    public string Dumps => $"{Root}/var/lib/crcache/dumps";

    /// <summary>What a command line begins with that is to see the published ports.</summary>
    public string[] Inside => ["nsenter", $"--net=/proc/{Init}/ns/net"];

    /// <summary>What a command line begins with that is to see its mounts.</summary>
    public string[] Within => ["nsenter", $"--mount=/proc/{Init}/ns/mnt"];

    private string HoldFile => Path.Combine(Path.GetDirectoryName(Socket)!, "hold");

    /// <summary>Starts it and waits until it answers and has the image.</summary>
    public static async Task<ChaosEngine> StartAsync(string image, CancellationToken cancellationToken)
    {
        var script = Process.Start(new ProcessStartInfo(Repository.In("eng", "test-engine.sh"), ["nothing", image])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        while (await script.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Split(' ') is [var process, ['/', ..] socket])
            {
                var engine = new ChaosEngine(script, int.Parse(process, CultureInfo.InvariantCulture), socket);
                await engine.AnswersAsync(cancellationToken);
                return engine;
            }
        }

        throw new InvalidOperationException("eng/test-engine.sh failed; its reason is on standard error.");
    }

    /// <summary>Sends a signal to processes of that name, which must be there.</summary>
    public void Signal(string signal, params string[] names)
    {
        if (Named(names).ToArray() is not { Length: > 0 } found)
        {
            throw new InvalidOperationException($"There is no {string.Join(" or ", names)} in {Root}.");
        }

        Client.Signal(signal, found);
    }

    /// <summary>Once it has ended it does not come back before <see cref="Release"/>.</summary>
    public void Hold() => File.Create(HoldFile).Dispose();

    public void Release() => File.Delete(HoldFile);

    /// <summary>Waits until it answers, and lets all users of this machine call it.</summary>
    public async Task AnswersAsync(CancellationToken cancellationToken)
    {
        await WaitAsync(() => Api.PingAsync(cancellationToken), "does not answer any more", cancellationToken);
        const UnixFileMode ReadAndWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        File.SetUnixFileMode(Socket, ReadAndWrite);
    }

    /// <summary>
    /// Waits until it starts containers: it answers before, while it waits for a containerd that was killed, for seconds at times.
    /// </summary>
    public async Task StartsContainersAsync(CancellationToken cancellationToken)
    {
        await AnswersAsync(cancellationToken);
        await WaitAsync(() => TryStartAsync(cancellationToken), "starts no containers", cancellationToken);
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        var created = await Api.CallAsync(
            HttpMethod.Post, "containers/create", cancellationToken, """{"Image":"redis:8","Entrypoint":["true"]}""");
        if (created["Id"] is not { } id)
        {
            return false;
        }

        var started = await Api.CallAsync(HttpMethod.Post, $"containers/{id}/start", cancellationToken);
        await Api.CallAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1", cancellationToken);
        return started["message"] is null;
    }

    private async Task WaitAsync(Func<Task<bool>> isSo, string otherwise, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (clock.Elapsed > s_limit)
            {
                throw new InvalidOperationException($"The engine {otherwise}; see dockerd.log beside {Socket}.");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Its processes, by name; those that have ended and wait for their parent are none.</summary>
    public IReadOnlyList<(int Id, string Name)> Processes()
    {
        var mine = ProcessTable.Namespace(Init);
        return [.. ProcessTable.All().Where(process => ProcessTable.Namespace(process.Id) == mine)];
    }

    public IEnumerable<int> Named(params string[] names) => Processes().Where(one => names.Contains(one.Name)).Select(one => one.Id);

    public void Dispose()
    {
        Release();
        Api.Dispose();
        _script.StandardInput.Close();
        _script.WaitForExit(s_limit);
        _script.Dispose();
    }
}
