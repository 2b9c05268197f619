namespace CrCache.Tasks.Tests;

public sealed class InputStampTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_item_that_names_no_file_has_none() => Assert.Null(Of(("Image", "redis:8")));

    [Theory]
    [InlineData("Setup", "db/*.sql")]
    [InlineData("Files", "db/*.sql:/etc/")]
    [InlineData("Files", "db")]
    public void It_changes_with_the_length_the_time_the_order_and_the_number_of_files(string name, string value)
    {
        Write("db/1.sql", "a", 1);
        var stamps = new List<string?> { Of((name, value)) };
        Assert.Matches("^[0-9a-f]{64}$", stamps[0]);
        Assert.Equal(stamps[0], Of((name, value)));
        Write("db/1.sql", "b", 2);
        stamps.Add(Of((name, value)));
        Write("db/1.sql", "bb", 2);
        stamps.Add(Of((name, value)));
        _folder.Write("db/2.sql");
        stamps.Add(Of((name, value)));
        Assert.Distinct(stamps);
        Assert.NotEqual(Of(("Setup", "db/1.sql;db/2.sql")), Of(("Setup", "db/2.sql;db/1.sql")));
    }

    // Dumps have gigabytes, and a build that has nothing to do is to be over at once.
    [Fact]
    public void No_set_up_file_is_read()
    {
        var path = _folder.Write("db/1.sql", "a");
        using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Throws<IOException>(() => File.ReadAllText(path));
        Assert.NotNull(Of(("Setup", "db/*.sql"), ("Files", "db:/etc/")));
    }

    [Fact]
    public void Of_a_link_the_file_that_it_leads_to_counts()
    {
        _folder.Write("elsewhere/1.sql", "a");
        Directory.CreateDirectory(_folder.File("db"));
        File.CreateSymbolicLink(_folder.File("db/1.sql"), _folder.File("elsewhere/1.sql"));
        var first = Of(("Setup", "db/*.sql"));
        _folder.Write("elsewhere/1.sql", "b");
        Assert.NotEqual(first, Of(("Setup", "db/*.sql")));
    }

    // crcache says which pattern matches nothing; a file that comes is a change.
    [Fact]
    public void A_set_up_file_that_is_not_there_is_none() => Assert.Null(Of(("Setup", "db/*.sql")));

    [Fact]
    public void It_changes_with_a_presets_file()
    {
        var missing = Of(("Preset", "my.json"));
        _folder.Write("my.json", "{}");
        Assert.NotNull(missing);
        Assert.NotEqual(missing, Of(("Preset", "my.json")));
        Assert.Null(Of(("Preset", "mysql")));
    }

    [Fact]
    public void It_changes_with_the_projects_own_presets()
    {
        _folder.Write("crcache-presets/db.json", "{}");
        var first = Of();
        _folder.Write("crcache-presets/db.json", "{ }");
        Assert.NotNull(first);
        Assert.NotEqual(first, Of());
    }

    [Fact]
    public void It_changes_with_a_Dockerfiles_context_but_not_with_what_builds_write_there()
    {
        _folder.Write("Dockerfile", "FROM redis:8");
        _folder.Write("sub/data", "1");
        var first = Of(("Dockerfile", " Dockerfile "));
        _folder.Write("obj/x");
        _folder.Write("sub/.git/x");
        Assert.Equal(first, Of(("Dockerfile", "Dockerfile")));
        _folder.Write("sub/data", "22");
        Assert.NotEqual(first, Of(("Dockerfile", "Dockerfile")));
    }

    // Followed, two of them are 2^40 folders until the system says that these are too many links.
    [Fact]
    public void A_link_in_a_context_that_leads_above_itself_is_not_followed()
    {
        _folder.Write("Dockerfile", "FROM redis:8");
        Directory.CreateSymbolicLink(_folder.File("a"), _folder.Path);
        var one = Of(("Dockerfile", "Dockerfile"));
        Directory.CreateSymbolicLink(_folder.File("b"), _folder.Path);
        Assert.NotEqual(one, Of(("Dockerfile", "Dockerfile")));
    }

    // A clock's tick may be longer than what is between two lines.
    private void Write(string name, string content, int seconds) =>
        File.SetLastWriteTimeUtc(_folder.Write(name, content), DateTime.UnixEpoch.AddSeconds(seconds));

    private string? Of(params (string Name, string Value)[] metadata) =>
        InputStamp.Of(metadata.ToDictionary(pair => pair.Name, pair => pair.Value), _folder.Path);
}
