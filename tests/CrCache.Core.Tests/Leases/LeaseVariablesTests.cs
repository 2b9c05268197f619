using CrCache.Leases;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Core.Tests.Leases;

public sealed class LeaseVariablesTests
{
    [Fact]
    public void A_container_is_described_by_the_promised_variables()
    {
        var variables = LeaseVariables.Of(Container("my-db.1", "Server={host};Port={port}")).ToDictionary();
        Assert.Equal("Server=127.0.0.1;Port=49153", variables["ConnectionStrings__my-db.1"]);
        Assert.Equal("tcp://127.0.0.1:49153", variables["services__my-db.1__tcp__0"]);
        Assert.Equal("127.0.0.1", variables["CRCACHE_MY_DB_1_HOST"]);
        Assert.Equal("49153", variables["CRCACHE_MY_DB_1_PORT"]);
        Assert.Equal("http://127.0.0.1:49154", variables["services__my-db.1__http__0"]);
        Assert.Equal("49154", variables["CRCACHE_MY_DB_1_HTTP_PORT"]);

        // Such as a shell can have.
        Assert.Equal("Server=127.0.0.1;Port=49153", variables["ConnectionStrings__my_db_1"]);
        Assert.Equal("tcp://127.0.0.1:49153", variables["services__my_db_1__tcp__0"]);
        Assert.Equal("http://127.0.0.1:49154", variables["services__my_db_1__http__0"]);
        Assert.Equal(9, variables.Count);
    }

    [Fact]
    public void A_name_that_a_shell_can_have_is_there_once() =>
        Assert.Equal(6, LeaseVariables.Of(Container("db", "Server={host};Port={port}")).Count());

    [Fact]
    public void Without_a_template_there_is_no_connection_string() =>
        Assert.DoesNotContain(
            LeaseVariables.Of(Container("db", "")), variable => variable.Key.StartsWith("ConnectionStrings", StringComparison.Ordinal));

    private static RestoredContainer Container(string name, string template) => new()
    {
        Id = "id",
        Spec = SpecResolver.Merge(new CheckpointItem
        {
            Name = name,
            Metadata = new Dictionary<string, string> { ["Image"] = "image", ["Ports"] = "tcp=1;http=2", ["ConnectionString"] = template },
        }),
        Rung = Rung.Memory,
        Seconds = 1,
        Ports = new Dictionary<string, int> { ["tcp"] = 49153, ["http"] = 49154 },
    };
}
