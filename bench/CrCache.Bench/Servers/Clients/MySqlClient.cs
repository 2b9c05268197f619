using MySql.Data.MySqlClient;

namespace CrCache.Bench.Servers.Clients;

/// <summary>SELECT 1.</summary>
internal sealed class MySqlClient : IServerClient
{
    public Task QueryAsync(string connectionString, CancellationToken cancellationToken) =>
        Task.Run(() => Query(connectionString), cancellationToken);

    private static void Query(string connectionString)
    {
        // No database: only the presets make one. No pool: each container is another server.
        var settings = new MySqlConnectionStringBuilder(connectionString) { Database = "", Pooling = false, SslMode = MySqlSslMode.None };
        using var connection = new MySqlConnection(settings.ConnectionString);
        connection.Open();
        using var command = new MySqlCommand("SELECT 1", connection);
        command.ExecuteScalar();
    }
}
