using StackExchange.Redis;

namespace CrCache.Bench.Soak;

/// <summary>A hundred keys, and one of its own.</summary>
internal sealed class RedisData : IDataClient
{
    private const int Keys = 100;

    /// <summary>One command a line.</summary>
    public static string Setup { get; } = string.Concat(Enumerable.Range(0, Keys).Select(key => $"SET seed:{key} sown-{key}\n"));

    public async Task CheckAsync(int port, string own, CancellationToken cancellationToken)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},allowAdmin=true");
        var database = redis.GetDatabase();
        var seed = await database.StringGetAsync([.. Enumerable.Range(0, Keys).Select(key => new RedisKey($"seed:{key}"))]);
        var wrong = Enumerable.Range(0, Keys).Where(key => seed[key] != $"sown-{key}").ToArray();
        Expect(wrong.Length == 0, $"{wrong.Length} of {Keys} keys are wrong");
        await ExpectSizeAsync(Keys);
        await database.StringSetAsync("own", own);
        var read = await database.StringGetAsync("own");
        Expect(read == own, $"wrote {own}, read {read}");
        await ExpectSizeAsync(Keys + 1);

        async Task ExpectSizeAsync(long size)
        {
            var found = await redis.GetServers()[0].DatabaseSizeAsync();
            Expect(found == size, $"{found} keys instead of {size}");
        }
    }

    private static void Expect(bool isRight, string otherwise)
    {
        if (!isRight)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
