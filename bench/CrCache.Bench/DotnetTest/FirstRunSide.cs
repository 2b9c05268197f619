using System.Diagnostics;
using System.Text.Json;
using CrCache.Bench.Measuring;
using CrCache.Bench.Servers;

namespace CrCache.Bench.DotnetTest;

/// <summary>
/// A whole <c>dotnet test</c> of a project that was never built, from the command to its end: what a user waits for after a checkout.
/// It restores, compiles and tests, on each side alike, with packages that NuGet has already unpacked and without build servers from
/// before. There is the image, and nothing of CrCache: the store is a new one, to which nothing that the engine has belongs.
/// </summary>
internal sealed class FirstRunSide(string name, string label, Server server, Workspace workspace) : ISide
{
    private readonly TestProject _project = new(Path.Combine("FirstRun", name), workspace);

    public string Name => name;

    public string Label => label;

    public Task PrepareAsync(CancellationToken cancellationToken) =>
        workspace.Engine.EnsureImageAsync(server.Preset.Image, cancellationToken);

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var home = workspace.NewHome();
        _project.Clean();
        var test = _project.DotNet(home, "test", "-c", "Release", "--nologo", "--disable-build-servers", $"-p:Server={server.Name}");

        // Ryuk is off, as on the other side of the servers' experiments; the labels do its work.
        test.Environment["TESTCONTAINERS_RYUK_DISABLED"] = "true";
        test.Environment["CRCACHE_BENCH_LABELS"] = JsonSerializer.Serialize(workspace.OwnLabels);
        var clock = Stopwatch.StartNew();
        await Command.RunAsync(test, cancellationToken);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        await home.ClearAsync();
        return elapsed;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
