using StackExchange.Redis;

namespace FirstRun;

internal static class State
{
    public static async Task<string?> ReadAsync(string connectionString)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(connectionString);
        return await redis.GetDatabase().StringGetAsync("state");
    }
}
