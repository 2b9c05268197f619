using System.Globalization;
using MySqlConnector;

namespace CrCache.Bench.Soak;

/// <summary>A table of a thousand rows, and an empty one that gets a row.</summary>
internal sealed class MySqlData : IDataClient
{
    private const int Rows = 1000;

    // The sum of 1 to 1000, and of the lengths of row-1 to row-1000.
    private const string Expected = "1000 500500 6893";

    /// <summary>The script of the set-up.</summary>
    public static string Setup { get; } = $"""
        CREATE TABLE seed (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL);
        CREATE TABLE own (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL);
        INSERT INTO seed VALUES {string.Join(',', Enumerable.Range(1, Rows).Select(row => $"({row},'row-{row}')"))};

        """;

    public async Task CheckAsync(int port, string own, CancellationToken cancellationToken)
    {
        var settings = new MySqlConnectionStringBuilder(PresetConnection(port)) { Pooling = false, SslMode = MySqlSslMode.None };
        await using var connection = new MySqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await ExpectAsync("SELECT CONCAT_WS(' ', COUNT(*), SUM(id), SUM(LENGTH(name))) FROM seed", Expected);
        await using var insert = new MySqlCommand("INSERT INTO own (name) VALUES (@name)", connection);
        insert.Parameters.AddWithValue("name", own);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        await ExpectAsync("SELECT GROUP_CONCAT(CONCAT(id, ' ', name)) FROM own", $"1 {own}");

        async Task ExpectAsync(string query, string expected)
        {
            await using var command = new MySqlCommand(query, connection);
            var found = Convert.ToString(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
            if (found != expected)
            {
                throw new InvalidOperationException($"{query}: '{found}' instead of '{expected}'");
            }
        }
    }

    private static string PresetConnection(int port) => Servers.PresetFile.Read("mysql").ConnectTo(port);
}
