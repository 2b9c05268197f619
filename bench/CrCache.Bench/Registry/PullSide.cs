using System.Diagnostics;
using System.Globalization;
using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.Registry;

/// <summary>
/// From the start of <c>crcache run</c> to the first answered query, with an empty store and an engine that has nothing of the
/// checkpoint: it is pulled, verified, handed to the engine, tried and restored.
/// </summary>
internal sealed class PullSide(Server server, Workspace workspace) : ISide
{
    private LocalRegistry? _registry;

    public string Name => "pull";

    public string Label => "pull and restore";

    private string Address => $"127.0.0.1:{_registry!.Port}/bench";

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        _registry = await LocalRegistry.StartAsync(Path.Combine(workspace.Directory, "registry"), cancellationToken);
        var home = workspace.NewHome();
        var push = home.CrCache("checkpoint", server.Name, "--registry", Address, "--registry-mode", "push");
        await Command.RunAsync(push, cancellationToken);
        await home.ClearAsync();
    }

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var home = workspace.NewHome();
        var show = $"echo $CRCACHE_{server.Name.ToUpperInvariant()}_PORT; exec cat"; // until standard input ends
        var clock = Stopwatch.StartNew();
        using var run = Process.Start(
            home.CrCache("run", server.Name, "--registry", Address, "--registry-trust", Address, "--", "sh", "-c", show))!;
        var said = run.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            var line = await run.StandardOutput.ReadLineAsync(cancellationToken)
                ?? throw new InvalidOperationException($"crcache run has ended: {await said}");
            await FirstQuery.WaitAsync(server, int.Parse(line, CultureInfo.InvariantCulture), cancellationToken);
        }
        finally
        {
            clock.Stop();
            run.StandardInput.Close();
            await run.WaitForExitAsync(CancellationToken.None);
        }

        // A checkpoint that was made instead is an error, not a slow round.
        if (!(await said).Contains("checkpoint pulled in", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"crcache run did not pull: {await said}");
        }

        await home.ClearAsync();
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => _registry?.DisposeAsync() ?? ValueTask.CompletedTask;
}
