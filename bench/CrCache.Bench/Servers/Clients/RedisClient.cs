using StackExchange.Redis;

namespace CrCache.Bench.Servers.Clients;

/// <summary>PING.</summary>
internal sealed class RedisClient : IServerClient
{
    // Not its asynchronous calls: closed after those, this version of the client waits for a second.
    public Task QueryAsync(string connectionString, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var redis = ConnectionMultiplexer.Connect(connectionString);
            redis.GetDatabase().Ping();
        },
        cancellationToken);
}
