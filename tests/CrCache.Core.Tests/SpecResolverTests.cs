using CrCache.Diagnostics;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Core.Tests;

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
    [InlineData("Ready", "exec:", ErrorCodes.BadMetadata, "exec: command")]
    [InlineData("Ready", "log: (", ErrorCodes.BadMetadata, "regular expression")]
    [InlineData("Ready", "soon", ErrorCodes.BadMetadata, "health")]
    [InlineData("Command", "say 'hello", ErrorCodes.BadMetadata, "quote")]
    [InlineData("Dockerfile", "no/such/file", ErrorCodes.BadMetadata, "no/such/file")]
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

    private static CheckpointItem Item(string name, params (string Name, string Value)[] metadata) => new()
    {
        Name = name,
        Metadata = metadata.ToDictionary(entry => entry.Name, entry => entry.Value),
    };
}
