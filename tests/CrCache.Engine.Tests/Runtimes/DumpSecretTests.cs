using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Runtimes;
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
            var error = await Assert.ThrowsAsync<CrCacheException>(() => StartAsync(memory.ImageName, key));
            Assert.Contains($"{memory.Dump} is restored only for who knows its secret", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(memory.Secret!, error.Message, StringComparison.Ordinal);
        }
    }

    private async Task StartAsync(string image, string key)
    {
        var id = await fixture.Engine.CreateContainerAsync(
            new ContainerDefinition
            {
                Name = $"crcache-test-{Guid.NewGuid():N}",
                Image = image,
                Labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test"),
                Runtime = CrCacheRuntime.Name,
                Network = false,
                Environment = new Dictionary<string, string> { [CrCacheRuntime.RestoreVariable] = key },
            },
            default);
        try
        {
            await fixture.Engine.StartContainerAsync(id, default);
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(id, default);
        }
    }
}
