using System.Text.Json;
using CrCache.Store;

namespace CrCache.Cli.Tests.Commands;

/// <summary><c>crcache store</c>; no engine is asked.</summary>
public sealed class StoreTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache store ").FullName;
    private readonly ArchiveStore _store;

    public StoreTests() => _store = new ArchiveStore(_home, (_, _) => Task.FromResult<ArchiveEntry?>(null));

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task List_shows_the_archives_and_what_there_is_in_all()
    {
        await AddAsync('a');
        await AddAsync('b');
        using var use = await _store.OpenAsync(Key('a'), default);
        var lines = await RunJsonAsync(0, "list");
        Assert.Equal(["archive", "archive", "store"], lines.Select(line => Text(line, "event")));
        Assert.Equal([Key('b'), Key('a')], lines[..2].Select(line => Text(line, "key")));
        Assert.Equal([false, true], lines[..2].Select(line => line.GetProperty("inUse").GetBoolean()));
        Assert.Equal(
            (2, 2000, 5_000_000_000),
            (
                lines[2].GetProperty("archives").GetInt32(),
                lines[2].GetProperty("size").GetInt64(),
                lines[2].GetProperty("budget").GetInt64()));
        using var tool = await RunAsync(0, "list");
        Assert.Matches("(?m)^aaaaaaaaaaaa +mysql +mysql:9 +1.0 KB +2026-01-0[0-9] [0-9:]{5} +20[0-9-]{8} [0-9:]{5} +yes$", tool.Output);
        Assert.EndsWith($"2 archives, 2.0 KB of 5.0 GB, in {_home}\n", tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_puts_aside_what_is_broken_and_fails()
    {
        await AddAsync('a');
        await AddAsync('b');
        using (await RunAsync(0, "verify"))
        {
        }

        var path = Path.Combine(_home, "archives", Key('a') + ".checkpoint");
        File.Delete(path);
        await File.WriteAllTextAsync(path, "another");
        using (var other = await RunAsync(0, "verify", "bbbb"))
        {
            Assert.True(File.Exists(path));
        }

        var lines = await RunJsonAsync(1, "verify");
        Assert.Equal(("error", Key('a'), "CRC4012"), (Text(lines[0], "event"), Text(lines[0], "name"), Text(lines[0], "code")));
        Assert.Equal(1, lines[1].GetProperty("archives").GetInt32());
        Assert.False(File.Exists(path));
        using var unknown = await RunAsync(1, "verify", "cccc");
        Assert.Contains("CRC4002", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_removes_what_is_not_in_use()
    {
        await AddAsync('a');
        await AddAsync('b');
        await AddAsync('c');
        using var use = await _store.OpenAsync(Key('b'), default);
        var lines = await RunJsonAsync(0, "prune", "--size", "2KB");
        Assert.Equal(("removed", Key('a')), (Text(lines[0], "event"), Text(lines[0], "key")));
        using (var none = await RunAsync(0, "prune", "--older-than", "1h"))
        {
            Assert.StartsWith("2 archives", none.Output, StringComparison.Ordinal);
        }

        using var all = await RunAsync(0, "prune", "--all");
        Assert.StartsWith("removed mysql cccccccccccc, 1.0 KB\n1 archives", all.Output, StringComparison.Ordinal);
        Assert.True(_store.Contains(Key('b')));
    }

    [Theory]
    [InlineData("--size", "5")]
    [InlineData("--older-than", "soon")]
    [InlineData("--all", "--size", "5GB")]
    public async Task A_wrong_command_line_removes_nothing(params string[] options)
    {
        await AddAsync('a');
        using var tool = await RunAsync(2, ["prune", .. options]);
        Assert.True(_store.Contains(Key('a')));
    }

    [Fact]
    public async Task A_bad_size_in_the_environment_is_an_error()
    {
        using var tool = await Tool.RunAsync(
            new Dictionary<string, string> { ["CRCACHE_HOME"] = _home, ["CRCACHE_STORE_SIZE"] = "big" }, "store", "prune");
        Assert.Equal(1, tool.ExitCode);
        Assert.Contains("CRC4011", tool.Error, StringComparison.Ordinal);
    }

    private static string Key(char digit) => new(digit, 64);

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private async Task AddAsync(char digit) => (await _store.AddAsync(
        Key(digit),
        async file =>
        {
            await file.WriteAsync(new byte[1000]);
            return new ArchiveEntry
            {
                Key = Key(digit),
                Name = "mysql",
                Image = "mysql:9",
                DiffId = "sha256:0",
                Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            };
        },
        default)).Dispose();

    private async Task<Tool> RunAsync(int exitCode, params string[] arguments)
    {
        var tool = await Tool.RunAsync(
            new Dictionary<string, string> { ["CRCACHE_HOME"] = _home, ["CRCACHE_STORE_SIZE"] = "5GB" }, ["store", .. arguments]);
        Assert.True(tool.ExitCode == exitCode, tool.Output + tool.Error);
        return tool;
    }

    private async Task<JsonElement[]> RunJsonAsync(int exitCode, params string[] arguments)
    {
        using var tool = await RunAsync(exitCode, [.. arguments, "--json"]);
        return CliHome.Lines(tool.Output);
    }
}
