using System.Text.Json;
using Microsoft.Build.Utilities;

namespace CrCache.Tasks.Tests;

public sealed class WriteItemSpecsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeBuildEngine _engine = new();

    private string Output => _folder.File("obj/crcache");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_item_file_holds_what_the_user_wrote()
    {
        var task = Write(Item("my.db", ("Image", "mysql:9.7"), ("ConnectionString", "a \"b\"\n\\c\té🔑")));
        var item = Assert.Single(task.Items);
        Assert.Equal(Path.Combine(Output, "my.db.item.json"), item.ItemSpec);
        Assert.Equal("my.db", item.GetMetadata("Name"));
        Assert.Equal(Path.Combine(Output, "my.db.checkpoint"), item.GetMetadata("Checkpoint"));
        Assert.Equal(Path.Combine(Output, "my.db.checkpoint.json"), item.GetMetadata("Stamp"));

        var json = JsonDocument.Parse(File.ReadAllText(item.ItemSpec)).RootElement;
        Assert.Equal("my.db", json.GetProperty("name").GetString());
        Assert.Equal(_folder.Path, json.GetProperty("directory").GetString());
        Assert.False(json.TryGetProperty("inputs", out _));
        Assert.Equal("mysql:9.7", json.GetProperty("metadata").GetProperty("Image").GetString());
        Assert.Equal("a \"b\"\n\\c\té🔑", json.GetProperty("metadata").GetProperty("ConnectionString").GetString());
    }

    [Fact]
    public void It_is_written_only_when_it_changes()
    {
        var file = Assert.Single(Write(Item("db", ("Image", "a"))).Items).ItemSpec;
        var past = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(file, past);
        Write(Item("db", ("Image", "a")));
        Assert.Equal(past, File.GetLastWriteTimeUtc(file));
        Write(Item("db", ("Image", "b")));
        Assert.NotEqual(past, File.GetLastWriteTimeUtc(file));
        Assert.Equal([file], Directory.GetFiles(Output));
    }

    // MSBuild does not call crcache for what is up to date.
    [Theory]
    [InlineData("1h", 2, false)]
    [InlineData(" 1d ", 2, true)]
    [InlineData("soon", 2, true)]
    [InlineData("", 200, true)]
    public void A_checkpoint_that_is_older_than_its_item_allows_is_stale(string maxAge, int hours, bool stays)
    {
        _folder.Write("obj/crcache/db.checkpoint");
        var created = DateTimeOffset.UtcNow.AddHours(-hours);
        var stamp = _folder.Write(
            "obj/crcache/db.checkpoint.json", JsonSerializer.Serialize(new { key = "k", stored = new { key = "k", created } }));
        Write(Item("db", ("Image", "a"), ("MaxAge", maxAge)));
        Assert.Equal(stays, File.Exists(stamp));
    }

    // MSBuild and crcache take any case; the set-up files of setup="…" were used, and changes of them not seen.
    [Theory]
    [InlineData("Setup", "*.sql")]
    [InlineData("setup", "*.sql")]
    [InlineData("PRESET", "own.json")]
    [InlineData("dockerFile", "Dockerfile")]
    public void A_file_is_seen_to_change_whatever_the_case_of_its_metadata(string metadata, string value)
    {
        foreach (var name in new[] { "1.sql", "own.json", "Dockerfile" })
        {
            _folder.Write(name);
        }

        var file = Assert.Single(Write(Item("db", (metadata, value))).Items).ItemSpec;
        var before = File.ReadAllText(file);
        foreach (var name in new[] { "1.sql", "own.json", "Dockerfile" })
        {
            _folder.Write(name, "changed");
        }

        Write(Item("db", (metadata, value)));
        Assert.NotEqual(before, File.ReadAllText(file));
    }

    [Fact]
    public void Only_its_owner_can_read_it()
    {
        var file = Assert.Single(Write(Item("db", ("Environment", "PASSWORD=secret"))).Items).ItemSpec;
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Output));
        }
    }

    // MSBuild compares the item file with the stamp alone.
    [Fact]
    public void The_stamp_of_a_checkpoint_that_is_gone_goes_too()
    {
        var stamp = _folder.Write("obj/crcache/db.checkpoint.json");
        _folder.Write("obj/crcache/kept.checkpoint");
        var kept = _folder.Write("obj/crcache/kept.checkpoint.json");
        Write(Item("db"), Item("kept"));
        Assert.False(File.Exists(stamp));
        Assert.True(File.Exists(kept));
    }

    [Theory]
    [InlineData("mysql:9.7")]
    [InlineData("a/b")]
    [InlineData(".db")]
    [InlineData("dé")]
    [InlineData("-x")]
    public void A_name_that_cannot_be_one_is_an_error(string name)
    {
        Write(Item("fine"), Item(name));
        var error = Assert.Single(_engine.Errors);
        Assert.Equal("CRC2002", error.Code);
        Assert.Contains($"\"{name}\"", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("db", "db", "is there twice")]
    [InlineData("my-db", "my.db", "CRCACHE_MY_DB_…")]
    [InlineData("db", "DB", "CRCACHE_DB_…")]
    public void Names_that_give_the_same_variables_are_an_error(string one, string other, string words)
    {
        Write(Item(one), Item(other));
        var error = Assert.Single(_engine.Errors);
        Assert.Equal("CRC2001", error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_with_a_code()
    {
        _folder.Write("obj", "a file");
        Write(Item("db"));
        var error = Assert.Single(_engine.Errors);
        Assert.Equal("CRC5007", error.Code);
        Assert.Contains(Output, error.Message, StringComparison.Ordinal);
    }

    private static TaskItem Item(string name, params (string Name, string Value)[] metadata) =>
        new(name, metadata.ToDictionary(pair => pair.Name, pair => pair.Value));

    private WriteItemSpecs Write(params TaskItem[] items)
    {
        var task = new WriteItemSpecs { BuildEngine = _engine, Checkpoints = items, Directory = Output, ProjectDirectory = _folder.Path };
        Assert.Equal(task.Execute(), _engine.Errors.Count == 0);
        return task;
    }
}
