using Microsoft.VisualStudio.TestTools.UnitTesting;
using StackExchange.Redis;

[assembly: DoNotParallelize]

namespace Frameworks;

[TestClass]
public class RedisTests
{
    // Asked for when tests are looked for, and again when they run.
    public static IEnumerable<object[]> Ports => [[Environment.GetEnvironmentVariable("CRCACHE_REDIS_PORT") ?? "not yet known"]];

    [TestMethod]
    public void CountsForItselfAlone()
    {
        var connection = Environment.GetEnvironmentVariable("ConnectionStrings__redis");
        using var redis = ConnectionMultiplexer.Connect($"{connection},syncTimeout=10000");
        Assert.AreEqual(1, redis.GetDatabase().StringIncrement("visits"));
    }

    [TestMethod]
    [DynamicData(nameof(Ports))]
    public void KnowsThePort(string port) => StringAssert.Matches(port, new("^[0-9]+$"));
}
