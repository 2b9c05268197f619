using System.Text.Json;
using CrCache.Shared;

namespace CrCache.TestAdapter.Tests;

/// <summary>Which variables a test host takes from a lease.</summary>
public sealed class LeaseVariablesTests
{
    [Theory]
    [InlineData("DOTNET_STARTUP_HOOKS")]
    [InlineData("LD_PRELOAD")]
    [InlineData("PATH")]
    [InlineData("")]
    [InlineData("CRCACHE_HOME")]
    [InlineData("CRCACHE_MYSQL_HOST\nLD_PRELOAD")]
    [InlineData("ConnectionStrings__")]
    [InlineData("ConnectionStrings__a=b")]
    [InlineData("services__a__b")]
    [InlineData("xConnectionStrings__a")]
    public void One_that_is_none_of_a_container_is_refused(string name)
    {
        var e = Assert.Throws<LeaseException>(() => Read(name));
        Assert.StartsWith("CRC5004: crcache lease gives a variable that is none of a container's", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ConnectionStrings__my-db.1")]
    [InlineData("services__web__http__0")]
    [InlineData("CRCACHE_MY_DB_1_HOST")]
    [InlineData("CRCACHE_RABBITMQ_MANAGEMENT_PORT")]
    [InlineData("CRCACHE_MYSQL_URI")]
    [InlineData("CRCACHE_MYSQL_JDBC")]
    public void One_of_a_container_is_taken(string name) => Assert.Equal(name, Assert.Single(Read(name)!).Name);

    private static List<ToolLine>? Read(string name)
    {
        var line = JsonSerializer.Serialize(new { @event = "variable", name, value = "x" });
        return LeaseConnection.TryReadVariables(new StringReader($"{line}\n{{\"event\":\"ready\"}}\n"), TimeSpan.FromSeconds(30));
    }
}
