using NUnit.Framework;
using StackExchange.Redis;

namespace Frameworks;

public class RedisTests
{
    // Asked for when tests are looked for, and again when they run.
    private static string[] Ports => [Environment.GetEnvironmentVariable("CRCACHE_REDIS_PORT") ?? "not yet known"];

    [Test]
    public void CountsForItselfAlone()
    {
        var connection = Environment.GetEnvironmentVariable("ConnectionStrings__redis");
        using var redis = ConnectionMultiplexer.Connect($"{connection},syncTimeout=10000");
        Assert.That(redis.GetDatabase().StringIncrement("visits"), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(Ports))]
    public void KnowsThePort(string port) => Assert.That(port, Does.Match("^[0-9]+$"));
}
