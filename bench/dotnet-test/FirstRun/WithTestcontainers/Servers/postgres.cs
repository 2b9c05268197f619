using Testcontainers.PostgreSql;
using Xunit;

namespace FirstRun;

public sealed class ServerFixture : IAsyncLifetime
{
    private readonly PostgreSqlContainer _server = new PostgreSqlBuilder("postgres:18")
        .WithResourceMapping("1-schema.sql", "/docker-entrypoint-initdb.d")
        .WithLabel(Labels.OfTheBenchmark)
        .Build();

    public string ConnectionString => _server.GetConnectionString();

    public Task InitializeAsync() => _server.StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();
}
