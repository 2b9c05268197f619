using Testcontainers.Redis;
using Xunit;

namespace FirstRun;

public sealed class ServerFixture : IAsyncLifetime
{
    private readonly RedisContainer _server = new RedisBuilder("redis:8").WithLabel(Labels.OfTheBenchmark).Build();

    public string ConnectionString => _server.GetConnectionString();

    // The module's ExecScriptAsync runs Lua; this is the file that redis-cli reads on the other side.
    public async Task InitializeAsync()
    {
        await _server.StartAsync();
        await _server.CopyAsync(await File.ReadAllBytesAsync("1-keys.redis"), "/1-keys.redis");
        var result = await _server.ExecAsync(["sh", "-c", "exec redis-cli -e </1-keys.redis"]);
        Assert.Equal("", result.ExitCode == 0 ? "" : result.Stderr);
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();
}
