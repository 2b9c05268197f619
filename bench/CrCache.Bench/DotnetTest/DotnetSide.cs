using System.Diagnostics;
using CrCache.Bench.Measuring;

namespace CrCache.Bench.DotnetTest;

/// <summary>A <c>dotnet</c> command on a project that was built before.</summary>
internal sealed class DotnetSide(string name, string label, TestProject project, string[] arguments) : ISide
{
    public string Name => name;

    public string Label => label;

    public Task PrepareAsync(CancellationToken cancellationToken) => project.BuildAsync(cancellationToken);

    public async Task<double> MeasureAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        await project.DotNetAsync(arguments, cancellationToken);
        return clock.Elapsed.TotalMilliseconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
