using System.Diagnostics;
using System.Text.Json;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Servers;

/// <summary>
/// A start by Testcontainers with its own way of waiting (bench/Testcontainers). Its process is started once and kept: a test
/// suite has one as well, so .NET's start and loading the library are not counted, where crcache's process start is.
/// </summary>
internal sealed class TestcontainersSide(Server server, Workspace workspace) : ISide
{
    private static readonly string Program =
        Path.Combine(Repository.Bench, "Testcontainers", "bin", "Release", "net10.0", "CrCache.Bench.Testcontainers.dll");

    private Process? _process;

    public string Name => "testcontainers";

    public string Label => "Testcontainers";

    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        var info = Command.DotNet(Program);
        info.RedirectStandardError = false;

        // Ryuk removes what a killed process leaves. It is an image of its own, which an engine without access to a registry does
        // not have; the labels do its work here, and starting it once would cost the first round only.
        info.Environment["TESTCONTAINERS_RYUK_DISABLED"] = "true";
        _process = Process.Start(info);
        return Task.CompletedTask;
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var request = new { start = server.Name, image = server.Preset.Image, labels = workspace.OwnLabels };
        var started = await AskAsync(request, cancellationToken);
        await FirstQuery.WaitAsync(server, started.GetProperty("port").GetInt32(), cancellationToken);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        await AskAsync(new { stop = true }, cancellationToken);
        return elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close(); // It removes its container and ends.
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task<JsonElement> AskAsync(object request, CancellationToken cancellationToken)
    {
        await _process!.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("the program with Testcontainers has ended");
        var answer = JsonDocument.Parse(line).RootElement;
        return answer.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"Testcontainers: {error.GetString()}")
            : answer;
    }
}
