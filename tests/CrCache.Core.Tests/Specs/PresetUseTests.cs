using CrCache.Leases;
using CrCache.Presets;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Core.Tests.Specs;

/// <summary>What the presets make of an item's metadata, up to the connection strings that tests see.</summary>
public sealed class PresetUseTests
{
    [Theory]
    [InlineData("mysql", "", "User ID=root;Password=crcache;")]
    [InlineData("mysql", "MYSQL_USER=app;MYSQL_PASSWORD=s3cret", "Database=test;User ID=app;Password=s3cret;")]
    [InlineData("mysql", "MYSQL_USER=app", "User ID=root;Password=crcache;")] // the image makes no such user,
    [InlineData("mysql", "MYSQL_PASSWORD=s3cret", "User ID=root;Password=crcache;")] // and takes no notice of this
    [InlineData("mysql", "MYSQL_ALLOW_EMPTY_PASSWORD=1;MYSQL_ROOT_PASSWORD=", "User ID=root;Password=;")]
    [InlineData("mariadb", "MYSQL_DATABASE=shop;MYSQL_ROOT_PASSWORD=secret", "Database=shop;User ID=root;Password=secret")]
    [InlineData("mariadb", "MYSQL_DATABASE=older;MARIADB_DATABASE=newer", "Database=newer;")]
    [InlineData("mariadb", "MYSQL_USER=app;MARIADB_PASSWORD=both", "User ID=app;Password=both")]
    [InlineData("postgres", "POSTGRES_USER=app;POSTGRES_PASSWORD=pa'ss w=1", "Username=app;Password=\"pa'ss w=1\"")]
    [InlineData("rabbitmq", "", "amqp://guest:guest@127.0.0.1:1/%2F")]
    [InlineData("rabbitmq", "RABBITMQ_DEFAULT_PASS=p@ss/w0rd#1;RABBITMQ_DEFAULT_VHOST=shop", "guest:p%40ss%2Fw0rd%231@127.0.0.1:1/shop")]
    public void The_connection_string_names_what_was_asked_for(string preset, string environment, string has) =>
        Assert.Contains(has, Variables(preset, ("Environment", environment))[$"ConnectionStrings__{preset}"], StringComparison.Ordinal);

    [Fact]
    public void A_variable_by_its_older_name_is_there_by_both()
    {
        var spec = SpecResolver.Merge(Item("mariadb", ("Environment", "MYSQL_DATABASE=shop")));
        Assert.Equal("shop", spec.Environment["MYSQL_DATABASE"]);
        Assert.Equal("shop", spec.Environment["MARIADB_DATABASE"]);
    }

    [Theory]
    [InlineData("mysql", "MYSQL_PASSWORD=a&b;MYSQL_USER=u@v", "mysql://u%40v:a%26b@127.0.0.1:1/test", "jdbc:mysql://127.0.0.1:1/test?")]
    [InlineData("postgres", "", "postgresql://postgres:crcache@127.0.0.1:1/test", "jdbc:postgresql://127.0.0.1:1/test?user=postgres&")]
    [InlineData("rabbitmq", "", "amqp://guest:guest@127.0.0.1:1/%2F", null)]
    [InlineData("redis", "", "redis://127.0.0.1:1", null)]
    [InlineData("memcached", "", null, null)]
    public void There_is_a_URI_and_a_JDBC_URL_where_clients_have_one(string preset, string environment, string? uri, string? jdbc)
    {
        var variables = Variables(preset, ("Environment", environment));
        var prefix = $"CRCACHE_{preset.ToUpperInvariant()}";
        Assert.Equal(uri, variables.GetValueOrDefault($"{prefix}_URI"));
        Assert.StartsWith(jdbc ?? "", variables.GetValueOrDefault($"{prefix}_JDBC") ?? "", StringComparison.Ordinal);
        Assert.Equal(jdbc is null, !variables.ContainsKey($"{prefix}_JDBC"));
    }

    [Fact]
    public void A_connection_string_of_the_items_own_that_is_a_URI_is_the_URI()
    {
        Assert.Equal("mysql://me@127.0.0.1:1", Variables("mysql", ("ConnectionString", "mysql://me@{host}:{port}"))["CRCACHE_MYSQL_URI"]);
        Assert.Equal("mysql://root:crcache@127.0.0.1:1/test", Variables("mysql", ("ConnectionString", "{host}"))["CRCACHE_MYSQL_URI"]);
    }

    [Theory]
    [InlineData("rabbitmq", "amqp=5672;management=15672", "amqp")]
    [InlineData("rabbitmq", "management=15672;tcp=5672", "tcp")]
    [InlineData("rabbitmq", "15672", null)]
    [InlineData("rabbitmq", "", "tcp")]
    public void The_answer_is_that_of_the_port_with_its_number(string preset, string ports, string? expected) =>
        Assert.Equal(expected, SpecResolver.Merge(Item(preset, ("Ports", ports))).Answer?.Port);

    [Fact]
    public void A_probe_of_the_presets_knows_its_port_by_the_items_name()
    {
        var clickhouse = SpecResolver.Merge(Item("clickhouse", ("Ports", "web=8123"), ("ConnectionString", "x")));
        Assert.Equal(new HttpProbe("web", "/ping"), clickhouse.Ready.Http);
        Assert.Equal("cache", SpecResolver.Merge(Item("memcached", ("Ports", "cache=11211"))).Ready.Tcp);
    }

    private static Dictionary<string, string> Variables(string preset, params (string Name, string Value)[] metadata)
    {
        var spec = SpecResolver.Merge(Item(preset, metadata));
        return LeaseVariables.Of(new RestoredContainer
        {
            Id = "id",
            Spec = spec,
            Rung = Rung.Memory,
            Seconds = 1,
            Ports = spec.Ports.Select((port, index) => (port.Name, index + 1)).ToDictionary(),
        }).ToDictionary();
    }

    private static CheckpointItem Item(string name, params (string Name, string Value)[] metadata) => new()
    {
        Name = name,
        Metadata = metadata.ToDictionary(entry => entry.Name, entry => entry.Value),
    };
}
