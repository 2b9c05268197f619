using CrCache.Diagnostics;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Runtimes;

/// <summary>A dump's id can be seen by many; its secret is known to whoever can read the store's records.</summary>
[Collection(EngineTests.Name)]
public sealed class DumpSecretTests(EngineFixture fixture)
{
    [Requires(Need.Engine)]
    public async Task Without_its_secret_or_with_another_a_dump_is_not_restored()
    {
        await using var store = new TestStore(fixture.Engine);
        var memory = (await store.EnsureAsync(await fixture.RedisAsync(Rung.Memory, ("TEST", "secret")))).Memory!;
        Assert.Matches("^[0-9a-f]{64}$", memory.Secret);
        foreach (var key in new[] { memory.Dump, $"{memory.Dump}.{new string('0', 64)}" })
        {
            var error = await Assert.ThrowsAsync<CrCacheException>(() => fixture.StartFromDumpAsync(memory.ImageName, key));
            Assert.Contains($"{memory.Dump} is restored only for who knows its secret", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(memory.Secret!, error.Message, StringComparison.Ordinal);
        }
    }
}
