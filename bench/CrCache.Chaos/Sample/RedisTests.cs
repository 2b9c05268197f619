using StackExchange.Redis;
using Xunit;

namespace CrCache.Chaos.Sample;

public class RedisTests
{
    [Fact]
    public void The_seed_is_there_and_nothing_of_another_copy()
    {
        using var redis = ConnectionMultiplexer.Connect(Environment.GetEnvironmentVariable("ConnectionStrings__redis")!);
        var database = redis.GetDatabase();
        Assert.Equal(File.ReadAllText("../../../seed.redis").Split(' ')[2].TrimEnd(), (string?)database.StringGet("seed"));
        Assert.Equal(1L, (long)database.Execute("DBSIZE"));
        Assert.True(database.StringSet("own", "written"));
        Assert.Equal(2L, (long)database.Execute("DBSIZE"));
    }
}
