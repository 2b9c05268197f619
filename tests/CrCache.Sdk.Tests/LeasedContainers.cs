using System.Diagnostics;
using CrCache.Engines;

namespace CrCache.Sdk.Tests;

/// <summary>Looks at the engine: which containers of a sample's tests there are.</summary>
internal sealed class LeasedContainers : IDisposable
{
    private readonly IEngine _engine = EngineLocator.Open(new EngineLocator().Locate());

    public void Dispose() => _engine.Dispose();

    // Other tests may use the same engine at the same time: a container is ours when the lease that owns it has our checkpoint.
    public async Task<string[]> OfAsync(Sample sample)
    {
        var all = await _engine.ListContainersAsync("crcache", default);
        return all.Where(container => CommandLineOf(container.Labels["crcache.owner"].Split('/')[3]).Contains(sample.Generated, StringComparison.Ordinal))
            .Select(container => container.Id)
            .ToArray();
    }

    public async Task AreGoneAsync(string[] ids, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while ((await _engine.ListContainersAsync("crcache", default)).Any(container => ids.Contains(container.Id)))
        {
            Assert.True(clock.Elapsed < limit, $"a container is still there after {clock.Elapsed.TotalSeconds:0.0} s");
            await Task.Delay(50);
        }
    }

    private static string CommandLineOf(string processId)
    {
        var file = $"/proc/{processId}/cmdline";
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
