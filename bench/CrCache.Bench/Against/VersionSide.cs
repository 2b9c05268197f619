using System.Diagnostics;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.Against;

/// <summary>From the start of the process <c>crcache --version</c> to its end.</summary>
internal sealed class VersionSide(Home home, string name, string label) : ISide
{
    public string Name => name;

    public string Label => label;

    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await Command.RunAsync(home.CrCache("--version"), cancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
