using StackExchange.Redis;
using Xunit;

namespace Parallel;

public class RedisTests
{
    [Fact]
    public async Task EachAssemblyCountsForItselfAlone()
    {
        var connection = Environment.GetEnvironmentVariable("ConnectionStrings__redis");
        using var redis = ConnectionMultiplexer.Connect($"{connection},syncTimeout=10000");
        var database = redis.GetDatabase();

        Assert.Equal(1, database.StringIncrement("visits"));

        // The other assemblies run at the same time; this is when they would count.
        await Task.Delay(TimeSpan.FromSeconds(1));

        Assert.Equal(1, (int)database.StringGet("visits"));
    }
}
