using System.Net.Sockets;
using Xunit;

namespace With;

public class OneTest
{
    // A greeting from the server itself, and no client library: loading one is not what CrCache adds.
    [Fact]
    public async Task MySqlGreets()
    {
        var port = int.Parse(Environment.GetEnvironmentVariable("CRCACHE_MYSQL_PORT")!);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);

        var greeting = new byte[5];
        await client.GetStream().ReadExactlyAsync(greeting);

        Assert.Equal(10, greeting[4]); // the protocol's version
    }
}
