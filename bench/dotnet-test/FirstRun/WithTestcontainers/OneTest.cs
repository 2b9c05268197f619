using Xunit;

namespace FirstRun;

public class OneTest(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task TheSetupIsThere() => Assert.Equal("0", await State.ReadAsync(server.ConnectionString));
}
