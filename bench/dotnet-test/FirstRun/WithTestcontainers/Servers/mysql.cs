using Testcontainers.MySql;
using Xunit;

namespace FirstRun;

public sealed class ServerFixture : IAsyncLifetime
{
    private readonly MySqlContainer _server = new MySqlBuilder("mysql:9")
        .WithResourceMapping("1-schema.sql", "/docker-entrypoint-initdb.d")
        .WithLabel(Labels.OfTheBenchmark)
        .Build();

    public string ConnectionString => _server.GetConnectionString();

    public Task InitializeAsync() => _server.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();
}
