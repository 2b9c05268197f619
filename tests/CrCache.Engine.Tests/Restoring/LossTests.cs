using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Restoring;

/// <summary>What only a server's memory held after the set-up is there on each rung that serves by itself.</summary>
[Collection(EngineTests.Name)]
public sealed class LossTests(EngineFixture fixture) : IDisposable
{
    private const string KeepsNothing = "redis-server --save '' --appendonly no";
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache loss ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    public async Task A_Redis_that_keeps_nothing_on_disk_has_its_keys_on_each_rung_that_serves()
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync("redis", ("seed.redis", "SET greeting hello\n"), ("Command", KeepsNothing));
        var stored = await store.EnsureAsync(spec);
        Assert.StartsWith($"{ErrorCodes.FilesMayLose}: ", stored.WhyNoFiles, StringComparison.Ordinal);
        await AssertOnEachRungAsync(store, spec, stored, "redis-cli get greeting", "hello");

        var pinned = await Assert.ThrowsAsync<CrCacheException>(() => store.EnsureAsync(spec with { Mode = Rung.Files }));
        Assert.Equal(ErrorCodes.StateDiffers, pinned.Code);
        Assert.Contains("\"keys that stay:\"", pinned.Message, StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task What_a_set_up_has_told_a_Redis_is_told_or_said()
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync("redis", ("seed.redis", "SET greeting hello\nCONFIG SET hz 17\n"));
        var stored = await store.EnsureAsync(spec);
        Assert.StartsWith($"{ErrorCodes.StateDiffers}: ", stored.WhyNoFiles, StringComparison.Ordinal);
        Assert.Contains("says \"hz 10\"", stored.WhyNoFiles, StringComparison.Ordinal);
        await AssertOnEachRungAsync(store, spec, stored, "redis-cli config get hz | tail -n 1", "17");
    }

    [Requires(Need.Engine)]
    public async Task What_is_on_disk_is_started_from_files()
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync("redis", ("seed.redis", "SET greeting hello\nSET passing by EX 3600\n"));
        var stored = await store.EnsureAsync(spec);
        Assert.True(stored.Files is not null, stored.WhyNoFiles);
        Assert.Contains(Rung.Files, await AssertOnEachRungAsync(store, spec, stored, "redis-cli get greeting", "hello"));
    }

    [Requires(Need.Engine)]
    [InlineData("--save '' --appendonly no", false)]
    [InlineData("--save '3600 1000'", true)]
    public async Task A_command_of_the_items_own_says_whether_any_image_is_started_from_files(string options, bool files)
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync(
            "any",
            ("seed.sh", "redis-cli SET greeting hello\n"),
            ("Image", "redis:8"),
            ("Ports", "6379"),
            ("Command", $"redis-server {options}"),
            ("Ready", "exec: redis-cli ping"),
            ("Verify", "exec: redis-cli get greeting"));
        var stored = await store.EnsureAsync(spec);
        Assert.Equal(files, stored.Files is not null);
        var served = await AssertOnEachRungAsync(store, spec, stored, "redis-cli get greeting", "hello");
        Assert.Equal(files, served.Contains(Rung.Files));
        if (!files)
        {
            const string Why = $"{ErrorCodes.StateDiffers}: any: after a start from its files, its Verify";
            Assert.StartsWith(Why, stored.WhyNoFiles, StringComparison.Ordinal);
        }
    }

    [Requires(Need.Engine)]
    public async Task A_command_of_the_items_own_that_fails_is_an_error()
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync(
            "redis", ("seed.redis", "SET greeting hello\n"), ("Verify", "exec: sh -c \"echo no such thing; exit 3\""));
        var error = await Assert.ThrowsAsync<CrCacheException>(() => store.EnsureAsync(spec));
        Assert.Equal(ErrorCodes.VerifyFailed, error.Code);
        Assert.Contains("exit code 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("no such thing", error.Message, StringComparison.Ordinal);
        Assert.Empty(await fixture.ContainersOfAsync(Environment.ProcessId));
    }

    [Requires(Need.Engine)]
    [InlineData("mysql", "MYSQL")]
    [InlineData("mariadb", "MARIADB")]
    public async Task A_table_in_memory_has_its_rows_on_each_rung_that_serves(string preset, string prefix)
    {
        const string InMemory = "CREATE TABLE held (n INT) ENGINE=MEMORY; INSERT INTO held VALUES (1), (2);\n";
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync(preset, ("held.sql", InMemory));
        var stored = await store.EnsureAsync(spec);
        Assert.StartsWith($"{ErrorCodes.StateDiffers}: ", stored.WhyNoFiles, StringComparison.Ordinal);
        Assert.Contains("\"test.held has 0 rows in memory\"", stored.WhyNoFiles, StringComparison.Ordinal);
        await AssertOnEachRungAsync(store, spec, stored, Sql(preset, prefix, "SELECT COUNT(*) FROM held"), "2");
    }

    [Requires(Need.Engine)]
    [InlineData("mysql", "MYSQL")]
    [InlineData("mariadb", "MARIADB")]
    public async Task What_a_database_keeps_on_disk_is_started_from_files(string preset, string prefix)
    {
        const string OnDisk = "CREATE TABLE kept (n INT); INSERT INTO kept VALUES (1), (2);\n";
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync(preset, ("kept.sql", OnDisk), ("Environment", "TZ=UTC"));
        var stored = await store.EnsureAsync(spec);
        Assert.True(stored.Files is not null, stored.WhyNoFiles);
        var served = await AssertOnEachRungAsync(store, spec, stored, Sql(preset, prefix, "SELECT COUNT(*) FROM kept"), "2");
        Assert.Contains(Rung.Files, served);
    }

    [Requires(Need.Engine)]
    public async Task A_table_of_PostgreSQL_without_a_log_is_on_disk_and_a_setting_that_is_not_read_yet_is_seen()
    {
        const string Count = """PGPASSWORD="$POSTGRES_PASSWORD" psql -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -tAc """;
        const string Unlogged = "CREATE UNLOGGED TABLE held (n int); INSERT INTO held VALUES (1), (2);\n";
        await using var store = new TestStore(fixture.Engine);
        var spec = await ResolveAsync("postgres", ("held.sql", Unlogged));
        var stored = await store.EnsureAsync(spec);
        Assert.True(stored.Files is not null, stored.WhyNoFiles);
        var served = await AssertOnEachRungAsync(store, spec, stored, $"{Count} 'SELECT count(*) FROM held'", "2");
        Assert.Contains(Rung.Files, served);

        spec = await ResolveAsync("postgres", ("held.sql", "ALTER SYSTEM SET work_mem = '77MB';\n"));
        stored = await store.EnsureAsync(spec);
        Assert.Contains("says \"work_mem|78848\"", stored.WhyNoFiles, StringComparison.Ordinal);
        await AssertOnEachRungAsync(store, spec, stored, $"{Count} 'SHOW work_mem'", "4MB");
    }

    private static string Sql(string client, string prefix, string query) =>
        $"MYSQL_PWD=\"${prefix}_ROOT_PASSWORD\" {client} -h127.0.0.1 -uroot -N -B -e '{query}' \"${prefix}_DATABASE\"";

    // Each rung that may serve is made to look the fastest.
    private async Task<IReadOnlyCollection<Rung>> AssertOnEachRungAsync(
        TestStore store, CheckpointSpec spec, InstalledCheckpoint stored, string command, string expected)
    {
        var memory = stored.Memory! with { RestoreSeconds = 2 };
        var served = new HashSet<Rung>();
        foreach (var (coldSeconds, checkpoint) in new[]
        {
            (9.0, stored with { Memory = memory with { RestoreSeconds = 0.1 } }),
            (9.0, stored with { Memory = memory, Files = stored.Files is { } files ? files with { RestoreSeconds = 0.1 } : null }),
            (0.1, stored with { Memory = memory }),
        })
        {
            var container = await new CheckpointRestorer(fixture.Engine, store.Checkpoints).RestoreAsync(
                spec, checkpoint with { ColdSeconds = coldSeconds }, ContainerLabels.ForLease, new Progress<string>(), default);
            await using var copy = new TestCopy(fixture.Engine, container);
            Assert.Equal(expected, await copy.ShellAsync(command));
            served.Add(copy.Rung);
        }

        return served;
    }

    private async Task<CheckpointSpec> ResolveAsync(
        string name, (string File, string Content) setup, params (string Name, string Value)[] metadata)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, setup.File), setup.Content);
        var item = new CheckpointItem
        {
            Name = name,
            Directory = _folder,
            Metadata = metadata.Append((Name: "Setup", Value: setup.File)).ToDictionary(entry => entry.Name, entry => entry.Value),
        };
        return await new SpecResolver(fixture.Engine).ResolveAsync(item, new Progress<string>(), default);
    }
}
