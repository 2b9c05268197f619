using StackExchange.Redis;

namespace CrCache.Bench.Servers.Clients;

/// <summary>PING.</summary>
internal sealed class RedisClient : IStateClient
{
    public async Task QueryAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        await redis.GetDatabase().PingAsync();
    }

    public async Task<string?> ReadStateAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        return await redis.GetDatabase().StringGetAsync("state");
    }
}
