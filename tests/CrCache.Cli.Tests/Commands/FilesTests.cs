using System.Text.Json;
using CrCache.Installed;

namespace CrCache.Cli.Tests.Commands;

/// <summary>A checkpoint without memory, in what lists and explains.</summary>
[Collection(EngineTests.Name)]
public sealed class FilesTests(EngineFixture fixture) : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache files ").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Requires(Need.Engine)]
    public async Task It_is_listed_explained_and_compared_with_when_only_its_archive_is_left()
    {
        var item = Path.Combine(_home, "store.item.json");
        await WriteAsync("one");
        await RunAsync("checkpoint", "--item", item);
        var stored = Assert.Single(new InstalledCheckpoints(_home).List());
        try
        {
            var line = Assert.Single(await RunAsync("list", "--checkpoints"));
            Assert.Equal(("store", "files"), (Text(line, "name"), Text(line, "state")));
            Assert.Equal(stored.Files!.RestoreSeconds, line.GetProperty("filesSeconds").GetDouble(), 0.001);
            Assert.False(line.TryGetProperty("restoreSeconds", out _));
            var known = (await RunAsync("explain", "--item", item))[0];
            Assert.True(known.GetProperty("exists").GetBoolean());
            Assert.Matches(
                "^The engine has the checkpoint of this key, which starts from its files in [0-9.]+ s, cold in [0-9.]+ s[.]",
                Text(known, "message"));

            // What the engine has is forgotten, as on a machine that has only the store.
            Directory.Delete(Path.Combine(_home, "engines"), recursive: true);
            var inStore = (await RunAsync("explain", "--item", item))[0];
            Assert.Contains("the store has its archive", Text(inStore, "message"), StringComparison.Ordinal);
            await WriteAsync("two");
            var missed = await RunAsync("explain", "--item", item);
            Assert.Equal(stored.Key, Text(missed[0], "comparedWith"));
            Assert.EndsWith($"({stored.Key[..12]}) has changed: hostname.", Text(missed[0], "message"), StringComparison.Ordinal);
            var part = Assert.Single(missed, line => Text(line, "event") == "part" && Text(line, "change") != "same");
            Assert.Equal(("hostname", "two", "one"), (Text(part, "part"), Text(part, "value"), Text(part, "was")));
        }
        finally
        {
            await fixture.DropAsync(stored);
        }

        Task WriteAsync(string hostname) => File.WriteAllTextAsync(item, JsonSerializer.Serialize(new
        {
            name = "store",
            metadata = new { Preset = "redis", Mode = "files", Hostname = hostname },
        }));
    }

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private async Task<JsonElement[]> RunAsync(params string[] arguments)
    {
        using var tool = await Tool.RunAsync(
            new Dictionary<string, string> { ["CRCACHE_HOME"] = _home, ["CRCACHE_REGISTRY"] = "" }, [.. arguments, "--json"]);
        Assert.True(tool.ExitCode == 0, $"{string.Join(' ', arguments)}\n{tool.Output}{tool.Error}");
        return CliHome.Lines(tool.Output);
    }
}
