using CrCache.Engines;
using CrCache.Leases;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Tests;

/// <summary>A copy of a checkpoint; it goes with this object.</summary>
internal sealed class TestCopy(IEngine engine, RestoredContainer container) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public string Id => container.Id;

    public Rung Rung => container.Rung;

    public string? Note => container.Note;

    /// <summary>What tests see of it.</summary>
    public Dictionary<string, string> Variables => LeaseVariables.Of(container).ToDictionary();

    /// <summary>Runs a command of a shell in it, which must succeed.</summary>
    public async Task<string> ShellAsync(string command)
    {
        var result = await engine.ExecAsync(container.Id, ["sh", "-c", command], Limit, default);
        Assert.True(result.ExitCode == 0, $"{command}\n{result.Output}");
        return result.Output.Trim();
    }

    public Task<string> LogAsync() => engine.GetLogAsync(container.Id, 1000, default);

    public async ValueTask DisposeAsync() => await engine.RemoveContainerAsync(container.Id, default);
}
