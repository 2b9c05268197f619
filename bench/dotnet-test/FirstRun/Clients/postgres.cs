using Npgsql;

namespace FirstRun;

internal static class State
{
    public static async Task<string?> ReadAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT value FROM state", connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
