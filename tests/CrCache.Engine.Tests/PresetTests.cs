using CrCache.Checkpoints;
using CrCache.Cleanup;
using CrCache.Specs;

namespace CrCache.Engine.Tests;

[Collection(EngineTests.Name)]
public sealed class PresetTests(EngineFixture fixture)
{
    /// <summary>Each tried preset, and a command that writes and reads one thing in the container.</summary>
    public static TheoryData<string, string, string> Tried => new()
    {
        { "mysql", "mysql -h127.0.0.1 -uroot -pcrcache test -Ne 'CREATE TABLE t (n INT); INSERT INTO t VALUES (42); SELECT n FROM t' 2>/dev/null", "42" },
        { "mariadb", "mariadb -h127.0.0.1 -uroot -pcrcache test -Ne 'CREATE TABLE t (n INT); INSERT INTO t VALUES (42); SELECT n FROM t'", "42" },
        { "postgres", "PGPASSWORD=crcache psql -h127.0.0.1 -U postgres -qtA test -c 'CREATE TABLE t (n INT); INSERT INTO t VALUES (42); SELECT n FROM t'", "42" },
        { "redis", "redis-cli set k 42 >/dev/null; redis-cli get k", "42" },
        { "rabbitmq", "rabbitmqctl -q add_vhost forty-two >/dev/null; rabbitmqctl -q list_vhosts --no-table-headers | grep forty", "forty-two" },
    };

    [EngineTheory]
    [MemberData(nameof(Tried))]
    public async Task A_preset_restores_from_memory_and_works(string name, string command, string expected)
    {
        var progress = new Progress<string>();
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(
            new CheckpointItem { Name = name, Metadata = new Dictionary<string, string> { ["Mode"] = "memory" } }, progress, default);
        var (stored, _) = await fixture.Maker.EnsureAsync(spec, null, false, progress, default);
        var copy = await new CheckpointRestorer(fixture.Engine, fixture.Store).RestoreAsync(spec, stored, ContainerLabels.ForLease, progress, default);
        try
        {
            var result = await fixture.Engine.ExecAsync(copy.Id, ["sh", "-c", command], TimeSpan.FromSeconds(60), default);
            Assert.Equal(expected, result.Output.Trim());
        }
        finally
        {
            await fixture.Engine.RemoveContainerAsync(copy.Id, default);
        }
    }
}
