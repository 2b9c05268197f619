using CrCache.Specs;

namespace CrCache.Engine.Tests.Making;

/// <summary>What people ask of the servers themselves: their user, their words, many connections.</summary>
[Collection(EngineTests.Name)]
public sealed class ServersTests(EngineFixture fixture) : IDisposable
{
    // In UTF-8, as every file of a set-up is.
    private const string Words = "ä€😀";
    private const string WordsInHex = "C3A4E282ACF09F9880";
    private const string Table = $"CREATE TABLE words (s VARCHAR(20));\nINSERT INTO words VALUES ('{Words}');\n";
    private const string MySqlTable = $"CREATE TABLE words (s VARCHAR(20) CHARACTER SET utf8mb4);\nINSERT INTO words VALUES ('{Words}');\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("crcache servers ").FullName;
    private readonly Progress<string> _progress = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    [InlineData(
        "mysql",
        "MYSQL_USER=app\nMYSQL_PASSWORD=pa;ss'w=1\nLC_ALL=C",
        MySqlTable,
        "Database=test;User ID=app;Password=\"pa;ss'w=1\"",
        """MYSQL_PWD="$MYSQL_PASSWORD" mysql -h127.0.0.1 -u"$MYSQL_USER" -N -e 'SELECT HEX(s) FROM words' "$MYSQL_DATABASE" """,
        """MYSQL_PWD="$MYSQL_PASSWORD" mysqlslap -h127.0.0.1 -u"$MYSQL_USER" --concurrency=120 --query='SELECT SLEEP(1)'""")]
    [InlineData(
        "mariadb",
        "MYSQL_DATABASE=shop\nMYSQL_ROOT_PASSWORD=pa;ss'w=1\nLC_ALL=C",
        MySqlTable,
        "Database=shop;User ID=root;Password=\"pa;ss'w=1\"",
        """MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mariadb -h127.0.0.1 -uroot -N -e 'SELECT HEX(s) FROM words' "$MYSQL_DATABASE" """,
        """MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mariadb-slap -h127.0.0.1 -uroot --concurrency=120 --query='SELECT SLEEP(1)'""")]
    [InlineData(
        "postgres",
        "POSTGRES_USER=app\nPOSTGRES_PASSWORD=pa;ss'w=1\nLC_ALL=C",
        Table,
        "Database=test;Username=app;Password=\"pa;ss'w=1\"",
        """
        PGPASSWORD="$POSTGRES_PASSWORD" psql -h127.0.0.1 -U"$POSTGRES_USER" -tAc "SELECT upper(encode(s::bytea, 'hex')) FROM words" test
        """,
        """
        echo 'SELECT pg_sleep(1);' >/tmp/sleep.sql
        PGPASSWORD="$POSTGRES_PASSWORD" pgbench -h127.0.0.1 -U"$POSTGRES_USER" -n -c 100 -t 1 -f /tmp/sleep.sql test
        """)]
    public async Task A_database_has_the_user_the_words_and_the_connections_that_were_asked_for(
        string preset, string environment, string table, string connection, string words, string connections)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "words.sql"), table);
        var spec = await ResolveAsync(preset, ("Environment", environment), ("Setup", "words.sql"));
        await using var store = new TestStore(fixture.Engine);
        await using var copy = await store.RestoreAsync(spec);
        Assert.Contains(connection, copy.Variables[$"ConnectionStrings__{preset}"], StringComparison.Ordinal);
        Assert.Equal(WordsInHex, await copy.ShellAsync(words));
        await copy.ShellAsync(connections);
    }

    [Requires(Need.Engine)]
    public async Task A_RabbitMQ_has_the_user_and_the_virtual_host_that_were_asked_for_and_answers_as_itself()
    {
        var spec = await ResolveAsync(
            "rabbitmq",
            ("Environment", "RABBITMQ_DEFAULT_PASS=p@ss/w0rd#1;RABBITMQ_DEFAULT_VHOST=shop"),
            ("Ports", "amqp=5672;names=4369"));
        Assert.Equal("amqp", spec.Answer?.Port);
        await using var store = new TestStore(fixture.Engine);
        await using var copy = await store.RestoreAsync(spec);
        Assert.Matches("^amqp://guest:p%40ss%2Fw0rd%231@[^/]+/shop$", copy.Variables["ConnectionStrings__rabbitmq"]);
        await copy.ShellAsync("rabbitmqctl --quiet authenticate_user guest 'p@ss/w0rd#1'");
        Assert.Equal("guest", (await copy.ShellAsync("rabbitmqctl --quiet list_permissions --vhost shop | tail -n 1")).Split('\t')[0]);
    }

    [Requires(Need.Engine)]
    public async Task A_large_deleted_file_and_a_connection_that_nobody_has_accepted_are_no_obstacle()
    {
        // It listens and never accepts, so the probe's connection waits in its queue when it is dumped.
        const string Program = """
            $SIG{TERM} = sub { exit }; open $f, '+>', '/tmp/held'; print $f 'x' x (8 << 20); $f->flush; unlink '/tmp/held';
            $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 5) or die; sleep 1 while 1
            """;
        var spec = await ResolveAsync(
            "held",
            ("Image", "crcache/debian:sid"),
            ("Ports", "8080"),
            ("Ready", "tcp"),
            ("Command", $"perl -MIO::Socket::INET -e \"{Program}\""));
        await using var store = new TestStore(fixture.Engine);
        await using var copy = await store.RestoreAsync(spec);
        Assert.Equal((8 << 20).ToString(System.Globalization.CultureInfo.InvariantCulture), await copy.ShellAsync("wc -c </proc/1/fd/3"));
    }

    private Task<CheckpointSpec> ResolveAsync(string name, params (string Name, string Value)[] metadata)
    {
        var item = new CheckpointItem
        {
            Name = name,
            Directory = _folder,
            Metadata = metadata.Append(("Mode", "memory")).ToDictionary(entry => entry.Item1, entry => entry.Item2),
        };
        return new SpecResolver(fixture.Engine).ResolveAsync(item, _progress, default);
    }
}
