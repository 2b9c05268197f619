using MySqlConnector;
using Xunit;

namespace Parallel;

public class MySqlTests
{
    [Fact]
    public async Task EachAssemblySeesItsOwnRowAlone()
    {
        using var connection = new MySqlConnection(Environment.GetEnvironmentVariable("ConnectionStrings__mysql"));
        connection.Open();

        // Not IF NOT EXISTS: a second assembly in the same server would fail here.
        Execute(connection, "CREATE TABLE visits (id INT PRIMARY KEY, place VARCHAR(100) NOT NULL)");
        Execute(connection, "INSERT INTO visits (id, place) VALUES (1, 'here')");

        // The other assemblies run at the same time; this is when they would write.
        await Task.Delay(TimeSpan.FromSeconds(1));

        using var count = new MySqlCommand("SELECT COUNT(*) FROM visits", connection);
        Assert.Equal(1L, count.ExecuteScalar());
    }

    private static void Execute(MySqlConnection connection, string sql)
    {
        using var command = new MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
