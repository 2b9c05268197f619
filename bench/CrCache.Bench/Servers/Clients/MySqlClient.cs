using System.Globalization;
using MySqlConnector;

namespace CrCache.Bench.Servers.Clients;

/// <summary>SELECT 1, without a database: only the presets and Testcontainers make one.</summary>
internal sealed class MySqlClient : IStateClient
{
    public Task QueryAsync(string connectionString, CancellationToken cancellationToken) =>
        AskAsync(new MySqlConnectionStringBuilder(connectionString) { Database = "" }, "SELECT 1", cancellationToken);

    public Task<string?> ReadStateAsync(string connectionString, CancellationToken cancellationToken) =>
        AskAsync(new MySqlConnectionStringBuilder(connectionString), "SELECT value FROM state", cancellationToken);

    private static async Task<string?> AskAsync(MySqlConnectionStringBuilder settings, string query, CancellationToken cancellationToken)
    {
        // No pool: each container is another server.
        (settings.Pooling, settings.SslMode) = (false, MySqlSslMode.None);
        await using var connection = new MySqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(query, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
