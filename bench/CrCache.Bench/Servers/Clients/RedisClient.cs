using StackExchange.Redis;

namespace CrCache.Bench.Servers.Clients;

/// <summary>PING.</summary>
internal sealed class RedisClient : IServerClient
{
    public async Task QueryAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        await redis.GetDatabase().PingAsync();
    }
}
