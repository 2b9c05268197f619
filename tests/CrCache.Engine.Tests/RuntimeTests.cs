using CrCache.Cleanup;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Runtimes;

namespace CrCache.Engine.Tests;

[Collection(EngineTests.Name)]
public sealed class RuntimeTests(EngineFixture fixture)
{
    private readonly IEngine _engine = fixture.Engine;

    [EngineFact]
    public async Task Check_dumps_and_restores_a_process_and_leaves_nothing()
    {
        using var check = await Tool.RunAsync("runtime", "check");
        Assert.True(check.ExitCode == 0, check.Error);
        Assert.Contains("works", check.Output, StringComparison.Ordinal);
        Assert.Empty(await fixture.ContainersOfAsync(check.Id));
    }

    [EngineFact]
    public async Task A_dump_that_does_not_exist_is_an_error_that_says_so()
    {
        var key = new string('0', 64);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => StartAsync(CrCacheRuntime.RestoreVariable, key));
        Assert.Contains($"there is no dump {key}", error.Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public async Task What_is_not_a_key_is_an_ordinary_variable()
    {
        // A path in place of a key must never reach the file system: the container just starts.
        foreach (var value in new[] { "../../../etc", "/etc", new string('0', 63) + "/", new string('A', 64) })
        {
            Assert.True((await StartAsync(CrCacheRuntime.RestoreVariable, value))?.Running, value);
        }
    }

    [EngineFact]
    public async Task Other_signals_reach_the_process()
    {
        var id = await _engine.CreateContainerAsync(Definition([]), default);
        try
        {
            await _engine.StartContainerAsync(id, default);
            await _engine.SignalContainerAsync(id, 9, default);
            Assert.Equal(137, await _engine.WaitForExitAsync(id, default));
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }

    private static ContainerDefinition Definition(Dictionary<string, string> environment) => new()
    {
        Name = $"crcache-test-{Guid.NewGuid():N}",
        Image = "redis:8",
        Labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test"),
        Runtime = CrCacheRuntime.Name,
        Network = false,
        Environment = environment,
    };

    private async Task<ContainerState?> StartAsync(string name, string value)
    {
        var id = await _engine.CreateContainerAsync(Definition(new() { [name] = value }), default);
        try
        {
            await _engine.StartContainerAsync(id, default);
            return await _engine.FindContainerAsync(id, default);
        }
        finally
        {
            await _engine.RemoveContainerAsync(id, default);
        }
    }
}
