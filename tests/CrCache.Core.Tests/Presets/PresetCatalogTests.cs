using System.Text.Json.Nodes;
using CrCache.Diagnostics;
using CrCache.Presets;

namespace CrCache.Core.Tests.Presets;

public sealed class PresetCatalogTests : IDisposable
{
    private const string Valid = """{ "image": "ours:1", "ports": { "tcp": 1 }, "ready": { "exec": ["true"] } }""";
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache presets ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_projects_own_preset_is_found_by_its_name_and_comes_before_ours()
    {
        Write("crcache-presets/mysql.json", Valid);
        Write("crcache-presets/ours.json", Valid);
        var project = Directory.CreateDirectory(Path.Combine(_folder, "src", "project")).FullName;
        Assert.Equal("ours:1", PresetCatalog.Find("ours", project)!.Image);
        Assert.Equal("ours:1", PresetCatalog.Find("mysql", project)!.Image);
        Assert.Contains("ours", PresetCatalog.NamesFor(project));
    }

    [Fact]
    public void A_preset_can_be_named_by_its_file()
    {
        Write("elsewhere/it.json", Valid);
        Assert.Equal("ours:1", PresetCatalog.Find("elsewhere/it.json", _folder)!.Image);
        Assert.Null(PresetCatalog.Find("elsewhere/gone.json", _folder));
    }

    [Theory]
    [InlineData("{ not json", "line 1")]
    [InlineData("""{ "image": "x", "ports": { "tcp": 1 }, "ready": { "exec": ["true"] }, "comand": [] }""", "comand")]
    [InlineData("""{ "ports": { "tcp": 1 }, "ready": { "exec": ["true"] } }""", "image")]
    [InlineData("""{ "image": "x", "ports": {}, "ready": { "exec": ["true"] } }""", "port")]
    [InlineData("""{ "image": "x", "ports": { "tcp": 1 }, "ready": {} }""", "ready")]
    [InlineData("""{ "image": "x", "ports": { "tcp": 1 }, "ready": { "http": 5 } }""", "http")]
    [InlineData("""{ "image": "x", "ports": { "tcp": 1 }, "ready": { "log": "up (" } }""", "up (")]
    [InlineData("""{ "image": "x", "ports": { "a": 1 }, "ready": { "tcp": "a" }, "answer": { "port": "no", "expect": "." } }""", "'no'")]
    [InlineData("""{ "image": "x", "ports": { "a": 1 }, "ready": { "tcp": "a" }, "answer": { "port": "a", "expect": "(" } }""", "answer")]
    [InlineData("""{ "image": "x", "ports": { "a": 1 }, "ready": { "tcp": "a" }, "verify": [] }""", "verify")]
    [InlineData("""{ "image": "x", "ports": { "a": 1 }, "ready": { "tcp": "a" }, "uri": "{host}" }""", "uri")]
    [InlineData("""{ "image": "x", "ports": { "a": 1 }, "ready": { "tcp": "a" }, "jdbc": "mysql://{host}" }""", "jdbc")]
    [InlineData("""{ "image": "x", "ports": { "a": 1 }, "ready": { "tcp": "a" }, "accounts": [{ "user": "a" }] }""", "password")]
    [InlineData("""{ "image": "x", "ports": { "a": 1 }, "ready": { "tcp": "a" }, "onDisk": { "command": ["("] } }""", "onDisk")]
    public void A_broken_preset_is_an_error_that_names_the_file_and_the_reason(string text, string says)
    {
        Write("crcache-presets/broken.json", text);
        var error = Assert.Throws<CrCacheException>(() => PresetCatalog.Find("broken", _folder));
        Assert.Equal(ErrorCodes.BrokenPreset, error.Code);
        Assert.Contains("broken.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_that_cannot_be_read_is_an_error_that_names_the_file()
    {
        Write("crcache-presets/held.json", Valid);
        using var held = new FileStream(
            Path.Combine(_folder, "crcache-presets", "held.json"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var error = Assert.Throws<CrCacheException>(() => PresetCatalog.Find("held", _folder));
        Assert.Equal(ErrorCodes.BrokenPreset, error.Code);
        Assert.Contains("held.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_knows_the_same_members_as_the_code()
    {
        using var stream = typeof(PresetCatalog).Assembly.GetManifestResourceStream("schemas/preset.schema.json")!;
        var schema = JsonNode.Parse(stream)!["properties"]!.AsObject();
        Assert.Equal(Members(typeof(Preset)), schema.Select(property => property.Key).Order(StringComparer.Ordinal));
        Assert.Equal(Members(typeof(AnswerProbe)), MembersOf("answer"));
        Assert.Equal(Members(typeof(ReadyProbe)), MembersOf("ready"));
        Assert.Equal(Members(typeof(DiskPromise)), MembersOf("onDisk"));
        Assert.Equal(Members(typeof(PresetAccount)), Keys(schema["accounts"]!["items"]!));

        IEnumerable<string> MembersOf(string part) => Keys(schema[part]!);

        IEnumerable<string> Keys(JsonNode of) =>
            of["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Members(Type type) => type.GetProperties()
        .Where(property => property.CanWrite)
        .Select(
            property => property.Name == nameof(Preset.Schema) ? "$schema" : char.ToLowerInvariant(property.Name[0]) + property.Name[1..])
        .Order(StringComparer.Ordinal);

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
