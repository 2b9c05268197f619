using CrCache.Diagnostics;
using CrCache.Specs;

namespace CrCache.Engine.Tests;

/// <summary>A way that is pinned is taken, or its failure is an error.</summary>
[Collection(EngineTests.Name)]
public sealed class FilesRungTests(EngineFixture fixture)
{
    [EngineTheory]
    [InlineData(Rung.Files, Rung.Files)]
    [InlineData(Rung.Cold, Rung.Cold)]
    public async Task A_way_that_is_pinned_is_taken_and_nothing_is_said_of_the_others(Rung mode, Rung expected)
    {
        // Made without a dump, because none is wanted.
        await using var store = new TestStore(fixture.Engine);
        var spec = await fixture.RedisAsync(mode, ("TEST", "pinned"));
        var stored = await store.EnsureAsync(spec);
        Assert.Null(stored.Memory);
        await using var copy = await store.RestoreAsync(spec);
        Assert.Equal(expected, copy.Rung);
        Assert.Null(copy.Note);
        Assert.Equal("PONG", await copy.ShellAsync("redis-cli ping"));
    }

    [EngineFact]
    public async Task Files_of_a_server_that_cannot_be_stopped_are_an_error()
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await fixture.RedisAsync(Rung.Files) with
        {
            // The first process of a container gets no signal that it has no handler for.
            Command = ["sh", "-c", "redis-server --save '' --protected-mode no & while :; do sleep 1; done"],
            TimeoutSeconds = 5,
        };
        var error = await Assert.ThrowsAsync<CrCacheException>(() => store.EnsureAsync(spec));
        Assert.Equal(ErrorCodes.NotStopped, error.Code);
        Assert.Contains("within 5 s", error.Message, StringComparison.Ordinal);
        Assert.Empty(await fixture.ContainersOfAsync(Environment.ProcessId));
    }
}
