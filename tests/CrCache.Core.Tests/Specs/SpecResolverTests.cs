using CrCache.Diagnostics;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Core.Tests.Specs;

public sealed class SpecResolverTests
{
    [Fact]
    public void A_name_alone_takes_everything_from_the_preset_of_that_name()
    {
        var spec = SpecResolver.Merge(new CheckpointItem { Name = "mysql" });
        Assert.Equal("mysql:9", spec.Image);
        Assert.Equal(3306, spec.Ports[0].Number);
        Assert.Equal(Rung.Auto, spec.Mode);
        Assert.Contains("{port}", spec.ConnectionString, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_overrides_the_preset()
    {
        var spec = SpecResolver.Merge(Item(
            "orders",
            ("Preset", "mysql"),
            ("image", "mysql:9.7"),
            ("Environment", "MYSQL_DATABASE=orders; TZ=UTC"),
            ("Hostname", "db"),
            ("Mode", "Memory"),
            ("Timeout", "7"),
            ("ConnectionString", "{host}/{port}")));
        Assert.Equal("mysql:9.7", spec.Image);
        Assert.Equal("orders", spec.Environment["MYSQL_DATABASE"]);
        Assert.Equal("UTC", spec.Environment["TZ"]);
        Assert.Equal("crcache", spec.Environment["MYSQL_ROOT_PASSWORD"]);
        Assert.Equal("db", spec.Hostname);
        Assert.Equal(Rung.Memory, spec.Mode);
        Assert.Equal(7, spec.TimeoutSeconds);
        Assert.Equal("{host}/{port}", spec.ConnectionString);
    }

    [Theory]
    [InlineData("Imgae", "mysql:9", ErrorCodes.UnknownMetadata, "Image")]
    [InlineData("Mode", "fast", ErrorCodes.BadMetadata, "memory")]
    [InlineData("Mode", "1", ErrorCodes.BadMetadata, "memory")]
    [InlineData("Timeout", "soon", ErrorCodes.BadMetadata, "seconds")]
    [InlineData("Timeout", "0", ErrorCodes.BadMetadata, "seconds")]
    [InlineData("Environment", "=x", ErrorCodes.BadMetadata, "NAME=VALUE")]
    [InlineData("Ports", "http", ErrorCodes.BadMetadata, "5432")]
    [InlineData("Ports", "70000", ErrorCodes.BadMetadata, "5432")]
    [InlineData("Ports", "a=1;a=2", ErrorCodes.BadMetadata, "5432")]
    [InlineData("Ports", "a-b=1;a_B=2", ErrorCodes.BadMetadata, "5432")]
    [InlineData("Ready", "exec:", ErrorCodes.BadMetadata, "exec: command")]
    [InlineData("Ready", "log: (", ErrorCodes.BadMetadata, "regular expression")]
    [InlineData("Ready", "soon", ErrorCodes.BadMetadata, "health")]
    [InlineData("Verify", "redis-cli get a", ErrorCodes.BadMetadata, "exec: command")]
    [InlineData("Verify", "exec: ", ErrorCodes.BadMetadata, "exec: command")]
    [InlineData("Verify", "exec: 'a", ErrorCodes.BadMetadata, "quote")]
    [InlineData("Command", "say 'hello", ErrorCodes.BadMetadata, "quote")]
    [InlineData("Dockerfile", "no/such/file", ErrorCodes.BadMetadata, "no/such/file")]
    [InlineData("Ready", "log*0: up", ErrorCodes.BadMetadata, "log*2")]
    [InlineData("Ready", "log*x: up", ErrorCodes.BadMetadata, "log*2")]
    [InlineData("MaxAge", "12", ErrorCodes.BadMetadata, "12h")]
    [InlineData("MaxAge", "0h", ErrorCodes.BadMetadata, "12h")]
    [InlineData("Files", "no-such.cnf:/etc/", ErrorCodes.BadMetadata, "no-such.cnf")]
    [InlineData("Setup", "no-such-*.sql", ErrorCodes.BadMetadata, "no-such-*.sql")]
    [InlineData("ConnectionString", "{host", ErrorCodes.MalformedTemplate, "never closed")]
    [InlineData("ConnectionString", "{hots}", ErrorCodes.MalformedTemplate, "{hots}")]
    [InlineData("ConnectionString", "{port:admin}", ErrorCodes.MalformedTemplate, "{port:tcp}")]
    [InlineData("ConnectionString", "{env:NO}", ErrorCodes.MalformedTemplate, "{env:MYSQL_DATABASE}")]
    [InlineData("Preset", "mysqll", ErrorCodes.UnknownPreset, "mysql")]
    public void Wrong_metadata_is_an_error_that_names_the_item_and_what_is_right(string name, string value, string code, string says)
    {
        var error = Assert.Throws<CrCacheException>(() => SpecResolver.Merge(Item("mysql", (name, value))));
        Assert.Equal(code, error.Code);
        Assert.StartsWith("mysql:", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_may_say_it_several_times_and_a_checkpoint_may_get_too_old()
    {
        var spec = SpecResolver.Merge(Item("mysql", ("Ready", "log*2: mysqld: ready"), ("MaxAge", "12h")));
        Assert.Equal(("mysqld: ready", 2), (spec.Ready.Log, spec.Ready.Times));
        Assert.Equal("log*2: mysqld: ready", spec.Ready.ToString());
        Assert.False(spec.IsTooOld(DateTimeOffset.UtcNow.AddHours(-11)));
        Assert.True(spec.IsTooOld(DateTimeOffset.UtcNow.AddHours(-13)));
        Assert.False((spec with { MaxAge = null }).IsTooOld(DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void A_set_up_file_that_cannot_be_read_is_an_error_that_names_it()
    {
        var path = Path.Combine(Path.GetTempPath(), $"crcache-{Guid.NewGuid():N}.sql");
        using var held = new FileStream(
            path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        var error = Assert.Throws<CrCacheException>(() => SpecResolver.Merge(Item("mysql", ("Setup", path))));
        Assert.Equal(ErrorCodes.BadMetadata, error.Code);
        Assert.StartsWith($"mysql: Setup: the file {path} cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_can_be_read_and_used_by_its_name_alone()
    {
        Assert.NotEmpty(PresetCatalog.Names);
        foreach (var name in PresetCatalog.Names)
        {
            Assert.NotNull(PresetCatalog.Find(name, "/"));
            _ = SpecResolver.Merge(new CheckpointItem { Name = name });
        }
    }

    [Theory]
    [InlineData("mysql", "", null)]
    [InlineData("mysql", "Environment=TZ=UTC;MYSQL_DATABASE=shop", null)]
    [InlineData("mysql", "Environment=LD_PRELOAD=x.so", "its Environment sets LD_PRELOAD, of which")]
    [InlineData("mysql", "Command=mysqld --datadir=/var/lib/mysql-data --max-connections=200", null)]
    [InlineData("mysql", "Command=mysqld --datadir=/dev/shm/fast", "its Command is not one of which")]
    [InlineData("mysql", "Command=mysqld --default-storage-engine=MEMORY --max-connections=200", "its Command is not one of which")]
    [InlineData("redis", "Command=redis-server --save '31536000 1000000000' --appendonly no", null)]
    [InlineData("redis", "Command=redis-server --save '' --appendonly no", "its Command is not one of which")]
    [InlineData("redis", "Command=redis-server --save --appendonly no", "its Command is not one of which")]
    [InlineData("redis", "Command=redis-server --save ''|Verify=exec: redis-cli get a", null)]
    [InlineData("rabbitmq", "", "its preset does not say")]
    [InlineData("other", "Image=other:1", "nobody knows")]
    [InlineData("other", "Image=other:1|Verify=exec: true", null)]
    public void A_set_up_is_started_from_files_where_nothing_can_be_lost(string name, string metadata, string? why)
    {
        using var folder = new TemporaryFolder();
        var script = folder.Write("set-up.sh", "true\n");
        var entries = metadata.Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('=', 2))
            .Select(parts => (parts[0], parts[1]))
            .ToArray();
        Assert.Null(SpecResolver.Merge(Item(name, entries)).MayLose);
        var spec = SpecResolver.Merge(Item(name, [.. entries, ("Setup", script)]));
        if (why is null)
        {
            Assert.Null(spec.MayLose);
        }
        else
        {
            Assert.StartsWith(why, spec.MayLose, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_command_that_verifies_replaces_that_of_the_preset()
    {
        Assert.False(SpecResolver.Merge(Item("redis")).Verify!.IsOwn);
        Assert.Equal(["true"], SpecResolver.Merge(Item("redis", ("Verify", "exec: true"))).Verify!.Command);
        Assert.Null(SpecResolver.Merge(Item("rabbitmq")).Verify);
    }

    private static CheckpointItem Item(string name, params (string Name, string Value)[] metadata) => new()
    {
        Name = name,
        Metadata = metadata.ToDictionary(entry => entry.Name, entry => entry.Value),
    };
}
