namespace CrCache.Tasks.Tests;

public sealed class InputStampTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_item_that_names_no_file_has_none() => Assert.Null(Of(("Image", "redis:8")));

    [Fact]
    public void It_changes_with_the_content_and_the_number_of_set_up_files()
    {
        _folder.Write("db/1.sql", "a");
        var first = Of(("Setup", "db/*.sql"));
        Assert.Matches("^[0-9a-f]{64}$", first);
        Assert.Equal(first, Of(("Setup", "db/*.sql")));
        _folder.Write("db/1.sql", "b");
        var second = Of(("Setup", "db/*.sql"));
        _folder.Write("db/2.sql");
        Assert.Equal(3, new[] { first, second, Of(("Setup", "db/*.sql")) }.Distinct().Count());
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

    private string? Of(params (string Name, string Value)[] metadata) =>
        InputStamp.Of(metadata.ToDictionary(pair => pair.Name, pair => pair.Value), _folder.Path);
}
