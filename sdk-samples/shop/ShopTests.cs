using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace Shop;

public class ShopTests
{
    [Fact]
    public void TheSetUpRowsAreThere()
    {
        using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        connection.Open();
        using var count = new NpgsqlCommand("SELECT COUNT(*) FROM orders", connection);
        Assert.Equal(3L, count.ExecuteScalar());
    }

    [Fact]
    public void WhatOnlyTheMemoryOfTheCacheHoldsIsThere()
    {
        using var connection = ConnectionMultiplexer.Connect(ConnectionString("cache"));
        Assert.Equal("hello", connection.GetDatabase().StringGet("greeting"));
    }

    [Theory]
    [InlineData("cache", "maxmemory", "33554432")]
    [InlineData("catalog", "databases", "4")]
    [InlineData("sessions", "requirepass", "open sesame")]
    public void EachServerIsConfiguredAsWritten(string name, string setting, string value)
    {
        using var connection = ConnectionMultiplexer.Connect(ConnectionString(name) + ",allowAdmin=true");
        var settings = connection.GetServer(connection.GetEndPoints()[0]).ConfigGet(setting);
        Assert.Equal(value, Assert.Single(settings).Value);
    }

    private static string ConnectionString(string name) =>
        Environment.GetEnvironmentVariable($"ConnectionStrings__{name}") ?? throw new InvalidOperationException($"There is no {name}.");
}
