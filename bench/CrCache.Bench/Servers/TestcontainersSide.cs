using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>
/// A start by Testcontainers with its own way of waiting (bench/testcontainers). Its process is started once and kept: a test
/// suite has one as well, so loading Node and the library is not counted, where crcache's process start is.
/// </summary>
internal sealed class TestcontainersSide(Server server, Workspace workspace) : ISide
{
    private static readonly string Folder = Path.Combine(Repository.Bench, "testcontainers");
    private Process? _node;

    public string Name => "testcontainers";

    public string Label => "Testcontainers";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!Directory.Exists(Path.Combine(Folder, "node_modules", "testcontainers")))
            {
                await Command.RunAsync(In(Command.Info("npm", "install", "--omit=dev")), cancellationToken);
            }

            var info = In(Command.Info("node", "start.mjs"));
            info.RedirectStandardError = false;
            info.Environment["TESTCONTAINERS_RYUK_DISABLED"] = "true"; // see start.mjs
            _node = Process.Start(info)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new SkippedException($"Testcontainers cannot be had here: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var started = await AskAsync(new { start = server.Name, image = server.Preset.Image, labels = workspace.OwnLabels }, cancellationToken);
        await FirstQuery.WaitAsync(server, started.GetProperty("port").GetInt32(), cancellationToken);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        await AskAsync(new { stop = true }, cancellationToken);
        return elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is { } node)
        {
            node.StandardInput.Close(); // It stops its container and ends.
            await node.WaitForExitAsync();
            node.Dispose();
        }
    }

    private static ProcessStartInfo In(ProcessStartInfo info)
    {
        info.WorkingDirectory = Folder;
        return info;
    }

    private async Task<JsonElement> AskAsync(object request, CancellationToken cancellationToken)
    {
        await _node!.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request).AsMemory(), cancellationToken);
        await _node.StandardInput.FlushAsync(cancellationToken);
        var line = await _node.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("the script with Testcontainers has ended");
        var answer = JsonDocument.Parse(line).RootElement;
        return answer.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"Testcontainers: {error.GetString()}")
            : answer;
    }
}
