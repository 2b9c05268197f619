using CrCache.Specs;

namespace CrCache.Engine.Tests.Making;

/// <summary>
/// The presets of small servers on their images: what a set-up file has told the server is in a copy that is restored from memory.
/// </summary>
[Collection(EngineTests.Name)]
public sealed class PresetTests(EngineFixture fixture)
{
    // The images have no client of NATS and memcached, but bash can connect.
    private const string Nats = """
        bash -c 'exec 3<>/dev/tcp/127.0.0.1/4222; read -r info <&3; printf "%s\r\n" "CONNECT {\"verbose\":false}" "SUB in 1" "$@" >&3;
        read -r _ <&3; read -r -t 9 answer <&3; echo "$answer"' bash
        """;

    private const string Memcached =
        """bash -c 'exec 3<>/dev/tcp/127.0.0.1/11211; printf "%s\r\n" "$@" quit >&3; cat <&3' bash """;

    [Requires(Need.Engine)]
    [InlineData(
        "nats", "nats:2", Nats + """ 'PUB $JS.API.STREAM.CREATE.orders in 17' '{"name":"orders"}'""",
        Nats + """ 'PUB $JS.API.STREAM.NAMES in 0' ''""", """ "streams":["orders"]""")]
    [InlineData("etcd", "etcd:3", "etcdctl put greeting hello", "etcdctl get greeting", "hello")]
    [InlineData("memcached", "memcached:1", Memcached + "'set greeting 0 0 5' hello", Memcached + "'get greeting'", "hello")]
    [InlineData(
        "mosquitto", "eclipse-mosquitto:2", "mosquitto_pub -r -t greeting -m hello", "mosquitto_sub -t greeting -C 1 -W 9", "hello")]
    public async Task A_copy_has_what_the_server_was_told(string preset, string image, string tell, string ask, string answer)
    {
        using var folder = new TemporaryFolder();
        var item = new CheckpointItem
        {
            Name = preset,
            Metadata = new Dictionary<string, string>
            {
                ["Image"] = image,
                ["Mode"] = "memory",
                ["Setup"] = folder.Write("tell.sh", tell + "\n"),
            },
        };
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(item, new Progress<string>(), default);
        await using var store = new TestStore(fixture.Engine);
        await using var copy = await store.RestoreAsync(spec);
        Assert.Equal(Rung.Memory, copy.Rung);
        Assert.Contains(answer.Trim(), await copy.ShellAsync(ask), StringComparison.Ordinal);
    }
}
