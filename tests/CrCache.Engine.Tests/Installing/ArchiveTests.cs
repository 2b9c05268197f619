using System.Net.Sockets;
using CrCache.Archives;
using CrCache.Criu;
using CrCache.Leases;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Installing;

/// <summary>A checkpoint is one file: what has only that has the checkpoint.</summary>
[Collection(EngineTests.Name)]
public sealed class ArchiveTests(EngineFixture fixture) : IDisposable
{
    private const int PageSize = 4096;

    private readonly string _folder = Directory.CreateTempSubdirectory("crcache archive ").FullName;

    /// <summary>Presets that have an image here, with a set-up file and a command that prints 42 where its work is there.</summary>
    public static TheoryData<string, string, string, string> Seeded => new()
    {
        {
            "postgres",
            "seed.sql",
            "CREATE TABLE t (n INT); INSERT INTO t VALUES (42);",
            "PGPASSWORD=crcache psql -h127.0.0.1 -U postgres -qtA test -c 'SELECT n FROM t'"
        },
        { "redis", "seed.redis", "SET n 42", "redis-cli get n" },
        { "rabbitmq", "seed.sh", "rabbitmqctl -q add_vhost 42", "rabbitmqctl -q list_vhosts --no-table-headers | grep 42" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    [MemberData(nameof(Seeded))]
    public async Task A_server_comes_back_in_both_ways_with_its_data_and_without_recovery(
        string preset, string file, string seed, string command)
    {
        var (spec, archive) = await MakeAsync(preset, file, seed);
        await using var elsewhere = new TestStore(fixture.Engine);
        await AssertComesBackAsync(elsewhere, spec, archive, command);
    }

    [Requires(Need.Engine)]
    public async Task So_does_MySQL()
    {
        var (spec, archive) = await fixture.MySqlArchiveAsync();
        await using var elsewhere = new TestStore(fixture.Engine);
        await AssertComesBackAsync(elsewhere, spec, archive, OtherEngine.Query);
    }

    [Requires(Need.Engine)]
    public async Task A_lease_needs_the_file_alone()
    {
        await using var elsewhere = new TestStore(fixture.Engine);
        var (pipe, report) = ($"crcache-test-{Guid.NewGuid():N}", Path.Combine(_folder, "lease.json"));
        using var lease = Tool.Start(
            elsewhere.Environment, "lease", "--checkpoint", await fixture.RedisArchiveAsync(), "--pipe", pipe, "--report", report);
        using (var client = await LeaseClient.ConnectAsync(pipe))
        {
            var lines = await LeaseClient.ReadAsync(client);
            Assert.Equal("sown", await GetSeedAsync(Assert.Single(lines, line => line.Name == "ConnectionStrings__redis").Value!));
        }

        await lease.WaitAsync();
        var entry = Assert.Single(LeaseReport.Find(report)!.Leases);
        Assert.Equal("found", entry.Result);
        Assert.NotEqual("cold", entry.Rung);
        Assert.Null(entry.Note);
    }

    [Requires(Need.Engine)]
    public async Task MariaDB_comes_back_as_well_and_half_of_its_memory_is_zeros_that_neither_archive_nor_copy_has()
    {
        var (spec, archive) = await MakeAsync("mariadb", "seed.sql", "CREATE TABLE t (n INT); INSERT INTO t VALUES (42);");
        await using var elsewhere = new TestStore(fixture.Engine);
        await AssertComesBackAsync(elsewhere, spec, archive, "mariadb -h127.0.0.1 -uroot -pcrcache test -Ne 'SELECT n FROM t'");

        var unpacked = Directory.CreateDirectory(Path.Combine(_folder, "unpacked")).FullName;
        await ArchiveReader.UnpackAsync(archive, unpacked, default);
        var kept = Directory.EnumerateFiles(Path.Combine(unpacked, "checkpoint"), "pages-*.img").Sum(file => new FileInfo(file).Length);
        var dumped = PagesWritten(Path.Combine(unpacked, "stats-dump")) * PageSize;
        Assert.True(kept < dumped / 2, $"{kept} of {dumped} bytes are kept.");

        await using var copy = await elsewhere.RestoreAsync(spec with { Mode = Rung.Memory }, archive);
        var resident = long.Parse(
            await copy.ShellAsync("awk '/^RssAnon/ { print $2 }' /proc/1/status"),
            System.Globalization.CultureInfo.InvariantCulture) * 1024;
        Assert.True(resident < dumped / 2, $"{resident} of {dumped} bytes are resident.");
    }

    private static async Task<string> GetSeedAsync(string connection)
    {
        var (host, port) = connection.Split(':') switch { [var h, var p] => (h, p), _ => throw new FormatException(connection) };
        using var client = new TcpClient(host, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync("GET seed\r\n"u8.ToArray());
        Assert.Equal("$4", await reader.ReadLineAsync());
        return (await reader.ReadLineAsync())!;
    }

    // criu/images/stats.proto: stats_entry.dump (1), dump_stats_entry.pages_written (7).
    private static long PagesWritten(string statistics)
    {
        const int Magic = 8;
        const int Length = 4;
        var entry = new MessageReader(File.ReadAllBytes(statistics).AsSpan(Magic + Length));
        Assert.True(entry.Next());
        var dump = new MessageReader(entry.Message);
        while (dump.Next())
        {
            if (dump.Field == 7)
            {
                return (long)dump.UInt64;
            }
        }

        throw new InvalidDataException("CRIU's statistics have no pages_written.");
    }

    private static async Task AssertComesBackAsync(TestStore elsewhere, CheckpointSpec spec, string archive, string command)
    {
        await using (var copy = await elsewhere.RestoreAsync(spec with { Mode = Rung.Memory }, archive))
        {
            Assert.Equal(Rung.Memory, copy.Rung);
            Assert.Equal("42", await copy.ShellAsync(command));
        }

        await using (var copy = await elsewhere.RestoreAsync(spec with { Mode = Rung.Files }, archive))
        {
            Assert.Equal(Rung.Files, copy.Rung);
            Assert.Equal("42", await copy.ShellAsync(command));

            // The words of InnoDB and of PostgreSQL.
            Assert.DoesNotMatch("(?i)crash recovery|not properly shut down|was not shut down", await copy.LogAsync());
        }
    }

    // Nothing but the file is left of it.
    private async Task<(CheckpointSpec Spec, string Archive)> MakeAsync(string preset, string file, string seed)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, file), seed);
        var item = new CheckpointItem
        {
            Name = preset,
            Directory = _folder,
            Metadata = new Dictionary<string, string> { ["Setup"] = file },
        };
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(item, new Progress<string>(), default);
        var archive = Path.Combine(_folder, "alone.checkpoint");
        await using var maker = new TestStore(fixture.Engine);
        await maker.ExportAsync(spec, archive);
        return (spec, archive);
    }
}
