using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Presets;

namespace CrCache.Core.Tests;

public sealed class SpecResolverTests
{
    [Fact]
    public void A_name_alone_takes_everything_from_the_preset_of_that_name()
    {
        var spec = SpecResolver.Merge(new CheckpointItem { Name = "mysql" });
        Assert.Equal("mysql:9", spec.Image);
        Assert.Equal(3306, spec.Ports["tcp"]);
        Assert.Equal(RestoreMode.Auto, spec.Mode);
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
        Assert.Equal(RestoreMode.Memory, spec.Mode);
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
    [InlineData("Preset", "mysqll", ErrorCodes.UnknownPreset, "mysql")]
    public void Wrong_metadata_is_an_error_that_names_the_item_and_what_is_right(string name, string value, string code, string says)
    {
        var error = Assert.Throws<CrCacheException>(() => SpecResolver.Merge(Item("mysql", (name, value))));
        Assert.Equal(code, error.Code);
        Assert.StartsWith("mysql:", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_can_be_read_and_names_its_own_port_in_its_probe()
    {
        Assert.NotEmpty(PresetCatalog.Names);
        foreach (var name in PresetCatalog.Names)
        {
            var preset = PresetCatalog.Find(name);
            Assert.NotNull(preset);
            Assert.NotEmpty(preset.Ports);
            Assert.NotEmpty(preset.Ready.Exec);
            Assert.True(preset.Answer is null || preset.Ports.ContainsKey(preset.Answer.Port), name);
        }
    }

    private static CheckpointItem Item(string name, params (string Name, string Value)[] metadata) => new()
    {
        Name = name,
        Metadata = metadata.ToDictionary(entry => entry.Name, entry => entry.Value),
    };
}
