using MySqlConnector;

namespace CrCache.Bench.Servers.Clients;

/// <summary>SELECT 1.</summary>
internal sealed class MySqlClient : IServerClient
{
    public async Task QueryAsync(string connectionString, CancellationToken cancellationToken)
    {
        // No database: only the presets and Testcontainers make one. No pool: each container is another server.
        var settings = new MySqlConnectionStringBuilder(connectionString) { Database = "", Pooling = false, SslMode = MySqlSslMode.None };
        await using var connection = new MySqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(cancellationToken);
    }
}
