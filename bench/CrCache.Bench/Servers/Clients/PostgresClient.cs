using Npgsql;

namespace CrCache.Bench.Servers.Clients;

/// <summary>SELECT 1.</summary>
internal sealed class PostgresClient : IServerClient
{
    public async Task QueryAsync(string connectionString, CancellationToken cancellationToken)
    {
        // The database that every server has: only the presets make another. No pool: each container is another server.
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Database = "postgres",
            Pooling = false,
            SslMode = SslMode.Disable,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(cancellationToken);
    }
}
