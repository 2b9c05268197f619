namespace CrCache.Sdk.Tests;

/// <summary>Mistakes are errors of the build that say where they are.</summary>
[Collection(SamplesGroup.Name)]
public sealed class BadInputTests(SamplesFixture samples)
{
    private const string Item = "<ContainerCheckpoint Include=\"mysql\" />";

    [Requires(Need.Engine)]
    public async Task A_typo_in_metadata_points_at_the_project()
    {
        var sample = samples.CopyQuickstart(
            "typo",
            project => project.Replace(Item, "<ContainerCheckpoint Include=\"mysql\" Imgae=\"mysql:9\" />", StringComparison.Ordinal));
        (await sample.RunAsync("build")).Failed()
            .Says($"{Path.Combine(sample.Directory, "Quickstart.csproj")} : error CRC2004: ")
            .Says("Imgae");
        Assert.False(File.Exists(sample.File("mysql.checkpoint")));
    }

    [Requires(Need.Engine)]
    public async Task A_set_up_script_that_fails_points_at_its_line()
    {
        var sample = samples.CopyQuickstart(
            "set-up",
            project => project.Replace(Item, "<ContainerCheckpoint Include=\"mysql\" Setup=\"db/bad.sql\" />", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(sample.Directory, "db"));
        File.WriteAllText(
            Path.Combine(sample.Directory, "db", "bad.sql"),
            "CREATE TABLE t (id INT);\nINSERT INTO t VALUES (1);\nINSERT INTO missing VALUES (1);\n");
        (await sample.RunAsync("build")).Failed()
            .Says($"{Path.Combine(sample.Directory, "db/bad.sql")}(3): error CRC3006: ")
            .Says("missing");
        Assert.False(File.Exists(sample.File("mysql.checkpoint")));
    }
}
