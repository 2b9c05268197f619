using System.Diagnostics;
using System.Globalization;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Soak;

/// <summary>Restores the same checkpoints very often, as test runs do, and holds each copy's data against what must be there.</summary>
internal sealed class SoakRun
{
    // As many as test assemblies that dotnet test runs at once on two cores.
    private const int AtOnce = 2;

    // One of five is a MySQL: 500 of 2,500.
    private const int MySqlEvery = 5;
    private const int SaidEvery = 100;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private int _started;
    private int _done;
    private int _failures;

    /// <summary>How often, in all.</summary>
    public required int Restores { get; init; }

    /// <summary>Restores; figures go to standard output, the reason of each failure to standard error.</summary>
    /// <returns>The exit code: 1 when a restore has failed.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var workspace = new Workspace();
        var redis = await MakeAsync(SoakedServer.Redis, workspace, cancellationToken);
        var mysql = await MakeAsync(SoakedServer.MySql, workspace, cancellationToken);

        // The engine's own caches are filled by the first ones.
        for (var warm = 0; warm < AtOnce; warm++)
        {
            await RestoreAsync(SoakedServer.Redis, workspace, redis, cancellationToken);
            await RestoreAsync(SoakedServer.MySql, workspace, mysql, cancellationToken);
        }

        var before = await EngineUse.MeasureAsync(workspace.Engine, cancellationToken);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync()));
        var seconds = clock.Elapsed.TotalSeconds;
        var after = await EngineUse.MeasureAsync(workspace.Engine, cancellationToken);
        Print("restores", _done - _failures);
        Print("failures", _failures);
        Print("seconds", seconds, 0, "s");
        Print("engine_rss_growth", after.Memory - before.Memory, 1, "MB");
        Print("engine_files_growth", after.Files - before.Files);
        Print("engine_disk_growth", after.Disk - before.Disk, 1, "MB");
        Print("containers_growth", after.Containers - before.Containers);
        return _failures == 0 ? 0 : 1;

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref _started) is var number && number <= Restores)
            {
                var (server, checkpoint) = number % MySqlEvery == 0 ? (SoakedServer.MySql, mysql) : (SoakedServer.Redis, redis);
                await TryRestoreAsync(server, workspace, checkpoint, cancellationToken);
            }
        }
    }

    private static void Print(string name, double value, int decimals = 0, string unit = "") =>
        Console.WriteLine($"figure soak.{name} {value.ToString($"F{decimals}", CultureInfo.InvariantCulture)} {unit}".TrimEnd());

    // Mode memory: what is restored in another way is an error here.
    private static async Task<string> MakeAsync(SoakedServer server, Workspace workspace, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(workspace.Directory, "soak")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, server.SetupFile), server.Setup, cancellationToken);
        var metadata = new { Mode = "memory", Setup = server.SetupFile };
        return await ServerCheckpoint.MakeAsync(server.Name, directory, metadata, workspace.Home, cancellationToken);
    }

    private async Task TryRestoreAsync(SoakedServer server, Workspace workspace, string checkpoint, CancellationToken cancellationToken)
    {
        try
        {
            await RestoreAsync(server, workspace, checkpoint, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is, it is a failure that is counted.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _failures);
            await Console.Error.WriteLineAsync($"failed: {server.Name}: {e.GetType().Name}: {e.Message}");
        }

        if (Interlocked.Increment(ref _done) is var done && done % SaidEvery == 0)
        {
            await Console.Error.WriteLineAsync($"{done} of {Restores} restored, {_failures} failed");
        }
    }

    // What a test run does: a lease of its own, one connection to it, which ends it.
    private static async Task RestoreAsync(SoakedServer server, Workspace workspace, string checkpoint, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        await using var lease = LeaseProcess.Start(workspace.Home, checkpoint);
        var port = await lease.WaitForPortAsync(server.Name, limit.Token);
        await server.Client.CheckAsync(port, Guid.NewGuid().ToString("N"), limit.Token);
    }
}
