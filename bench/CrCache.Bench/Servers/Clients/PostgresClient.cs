using System.Globalization;
using Npgsql;

namespace CrCache.Bench.Servers.Clients;

/// <summary>SELECT 1, of the database that every server has: only the presets make another.</summary>
internal sealed class PostgresClient : IStateClient
{
    public Task QueryAsync(string connectionString, CancellationToken cancellationToken) =>
        AskAsync(new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres" }, "SELECT 1", cancellationToken);

    public Task<string?> ReadStateAsync(string connectionString, CancellationToken cancellationToken) =>
        AskAsync(new NpgsqlConnectionStringBuilder(connectionString), "SELECT value FROM state", cancellationToken);

    private static async Task<string?> AskAsync(NpgsqlConnectionStringBuilder settings, string query, CancellationToken cancellationToken)
    {
        // No pool: each container is another server.
        (settings.Pooling, settings.SslMode) = (false, SslMode.Disable);
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(query, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
