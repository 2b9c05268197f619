using StackExchange.Redis;
using Xunit;

namespace Frameworks;

public class RedisTests
{
    // Asked for when tests run: xunit.v3 looks for them with a process of its own, which has no containers.
    public static TheoryData<string> Ports => [Environment.GetEnvironmentVariable("CRCACHE_REDIS_PORT") ?? "not yet known"];

    [Fact]
    public void CountsForItselfAlone()
    {
        var connection = Environment.GetEnvironmentVariable("ConnectionStrings__redis");
        using var redis = ConnectionMultiplexer.Connect($"{connection},syncTimeout=10000");
        Assert.Equal(1, redis.GetDatabase().StringIncrement("visits"));
    }

    [Theory]
    [MemberData(nameof(Ports), DisableDiscoveryEnumeration = true)]
    public void KnowsThePort(string port) => Assert.Matches("^[0-9]+$", port);
}
