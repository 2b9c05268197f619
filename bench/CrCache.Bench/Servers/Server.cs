using CrCache.Bench.Servers.Clients;

namespace CrCache.Bench.Servers;

/// <summary>A server that is measured: the preset of that name, and the client that asks it.</summary>
internal sealed record Server(string Name, IServerClient Client)
{
    public static Server MySql { get; } = new("mysql", new MySqlClient());

    /// <summary>Its client is MySQL's.</summary>
    public static Server MariaDb { get; } = new("mariadb", new MySqlClient());

    /// <summary>
    /// The servers that are started in every way, in the order in which they are measured and drawn. Another one needs a line in
    /// bench/Testcontainers/Containers.cs, too.
    /// </summary>
    public static IReadOnlyList<Server> All { get; } =
    [
        new("redis", new RedisClient()),
        new("postgres", new PostgresClient()),
        MySql,
        new("rabbitmq", new RabbitMqClient()),
    ];

    /// <summary>Those with set-up files (bench/setup, bench/dotnet-test/FirstRun).</summary>
    public static IEnumerable<Server> WithSetup => All.Where(server => server.Client is IStateClient);

    public PresetFile Preset { get; } = PresetFile.Read(Name);
}
