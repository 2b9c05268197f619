using MySqlConnector;
using Xunit;

namespace Quickstart;

public class OrderTests
{
    [Fact]
    public void AnOrderIsStored()
    {
        // Set by CrCache: a MySQL of this test assembly's own, restored from the checkpoint that the build made.
        using var connection = new MySqlConnection(Environment.GetEnvironmentVariable("ConnectionStrings__mysql"));
        connection.Open();

        Execute(connection, "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(100) NOT NULL)");
        Execute(connection, "INSERT INTO orders (item) VALUES ('a book')");

        using var count = new MySqlCommand("SELECT COUNT(*) FROM orders", connection);
        Assert.Equal(1L, count.ExecuteScalar());
    }

    private static void Execute(MySqlConnection connection, string sql)
    {
        using var command = new MySqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
