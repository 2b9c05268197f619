namespace CrCache.Sdk.Tests;

/// <summary>What <c>dotnet build</c> does, with the quickstart sample.</summary>
[Collection(SamplesGroup.Name)]
public sealed class BuildTests(SamplesFixture samples)
{
    private readonly Sample _quickstart = samples.Quickstart;

    [Requires(Need.Engine)]
    public async Task A_second_build_skips_the_target()
    {
        await _quickstart.EnsureBuiltAsync();
        (await _quickstart.RunAsync("build", "--no-restore", "-v:n")).Succeeded()
            .Says("Skipping target \"CrCacheMakeCheckpoints\" because all output files are up-to-date")
            .DoesNotSay("CrCache: mysql");
        (await _quickstart.RunAsync("build", "--no-restore", "-p:DesignTimeBuild=true")).Succeeded();
        Assert.True(File.Exists(_quickstart.File("mysql.checkpoint")), "a design-time build leaves what is there");
    }

    [Requires(Need.Engine)]
    public async Task Clean_removes_what_was_generated_and_a_design_time_build_starts_nothing()
    {
        await _quickstart.EnsureBuiltAsync();
        Assert.True(File.Exists(_quickstart.File("mysql.checkpoint")));

        (await _quickstart.RunAsync("clean")).Succeeded();
        Assert.Empty(Directory.EnumerateFiles(_quickstart.Generated));

        // A tool that does not exist: an attempt to start it would be an error.
        (await _quickstart.RunAsync("build", "-p:DesignTimeBuild=true", "-p:CrCacheTool=no-such-tool")).Succeeded();
        Assert.Empty(Directory.EnumerateFiles(_quickstart.Generated));

        (await _quickstart.RunAsync("build")).Succeeded().Says("CrCache: mysql: checkpoint found");
    }

    [Requires(Need.Engine)]
    public async Task Names_are_checked_before_anything_starts()
    {
        var sample = samples.CopyQuickstart("names", project => project.Replace(
            "<ContainerCheckpoint Include=\"mysql\" />", "<ContainerCheckpoint Include=\"mysql;my/sql;my-sql;my.sql;mysql\" "
            + "/>", StringComparison.Ordinal));
        (await sample.RunAsync("build")).Failed()
            .Says("Quickstart.csproj : error CRC2002: ContainerCheckpoint \"my/sql\"")
            .Says("Quickstart.csproj : error CRC2001: ContainerCheckpoint \"my.sql\" and \"my-sql\"")
            .Says("Quickstart.csproj : error CRC2001: ContainerCheckpoint \"mysql\" is there twice")
            .DoesNotSay("CrCache: mysql");
        Assert.False(Directory.Exists(sample.Generated));
    }

    [Requires(Need.Engine)]
    public async Task A_tool_that_cannot_be_started_is_an_error_with_a_code()
    {
        await _quickstart.EnsureBuiltAsync();
        File.SetLastWriteTimeUtc(_quickstart.File("mysql.item.json"), DateTime.UtcNow);
        (await _quickstart.RunAsync("build", "--no-restore", "-p:CrCacheTool=no-such-tool"))
            .Failed()
            .Says("Quickstart.csproj : error CRC5002:");
        (await _quickstart.RunAsync("build", "--no-restore", "-p:CrCacheTool=no-such-tool.dll"))
            .Failed()
            .Says("Quickstart.csproj : error CRC5002:");
        (await _quickstart.RunAsync("build", "--no-restore")).Succeeded();
    }

    [Requires(Need.Engine)]
    public async Task Without_items_nothing_happens()
    {
        var sample = samples.CopyQuickstart(
            "none", project => project.Replace("<ContainerCheckpoint Include=\"mysql\" />", "", StringComparison.Ordinal));
        File.Delete(Path.Combine(sample.Directory, "OrderTests.cs"));
        (await sample.RunAsync("test", "-p:CrCacheTool=no-such-tool", "--filter", "TellsWhatItSees")).Succeeded();
        Assert.False(Directory.Exists(sample.Generated));
    }
}
