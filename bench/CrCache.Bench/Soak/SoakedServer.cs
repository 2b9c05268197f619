namespace CrCache.Bench.Soak;

/// <summary>A server that is restored many times, and the client that knows what must be in each copy.</summary>
/// <param name="Name">The preset.</param>
/// <param name="SetupFile">The name of its set-up file.</param>
/// <param name="Setup">What the set-up file puts into the checkpoint.</param>
/// <param name="Client">Holds a copy against that.</param>
internal sealed record SoakedServer(string Name, string SetupFile, string Setup, IDataClient Client)
{
    public static SoakedServer Redis { get; } = new("redis", "seed.redis", RedisData.Setup, new RedisData());

    public static SoakedServer MySql { get; } = new("mysql", "seed.sql", MySqlData.Setup, new MySqlData());
}
