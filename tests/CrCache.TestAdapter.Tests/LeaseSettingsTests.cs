namespace CrCache.TestAdapter.Tests;

public sealed class LeaseSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_beside_the_assembly_comes_before_the_one_that_the_run_settings_name()
    {
        var (own, other) = (Write("a/A.Tests", "own"), Write("b/B.Tests", "other"));
        Assert.Equal("own", LeaseSettings.Find([Assembly(own)], Naming(other))!.LeaseId);
    }

    [Fact]
    public void An_assembly_that_was_copied_elsewhere_has_those_of_the_run_settings()
    {
        var file = Write("bin/A.Tests", "a");
        Assert.Equal("a", LeaseSettings.Find([_folder.File("copy/A.Tests.dll")], Naming(file))!.LeaseId);
        Assert.Equal("a", LeaseSettings.Find([_folder.File("copy/Other.dll"), _folder.File("copy/A.Tests.exe")], Naming(file))!.LeaseId);
    }

    [Fact]
    public void Another_assembly_has_no_containers()
    {
        Assert.Null(LeaseSettings.Find([_folder.File("copy/Other.dll")], Naming(Write("bin/A.Tests", "a"))));
        Assert.Null(LeaseSettings.Find([_folder.File("copy/Other.dll")], Naming(_folder.File("gone/A.Tests.crcache.xml"))));
    }

    // An old test platform does not say what it tests.
    [Fact]
    public void Of_unknown_assemblies_the_run_settings_decide() =>
        Assert.Equal("a", LeaseSettings.Find([], Naming(Write("bin/A.Tests", "a")))!.LeaseId);

    [Fact]
    public void All_that_it_says_is_read()
    {
        var settings = LeaseSettings.Load(Write("bin/A.Tests", "a"));
        Assert.Equal(
            ("/bin/A.dll", "/crcache.dll", "dotnet", "/lease.json"),
            (settings.Source, settings.Tool, settings.DotNetHost, settings.ReportFile));
        Assert.Equal(["/1.checkpoint", "/2&3.checkpoint"], settings.Checkpoints);
    }

    [Theory]
    [InlineData("<CrCache>")]
    [InlineData("<CrCache><Source>a</Source></CrCache>")]
    [InlineData("")]
    [InlineData(null)]
    public void A_file_that_cannot_be_read_is_named(string? content)
    {
        var file = _folder.File("A.crcache.xml");
        if (content is not null)
        {
            _folder.Write("A.crcache.xml", content);
        }

        var e = Assert.Throws<LeaseException>(() => LeaseSettings.Load(file));
        Assert.StartsWith($"CRC5005: {file}", e.Message, StringComparison.Ordinal);
        Assert.Contains("uild the project again", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<Configuration>")]
    [InlineData("<Configuration />")]
    public void Run_settings_that_name_nothing_are_an_error(string configuration)
    {
        var e = Assert.Throws<LeaseException>(() => LeaseSettings.Find(["/no/A.dll"], configuration));
        Assert.StartsWith("CRC5005: the run settings", e.Message, StringComparison.Ordinal);
    }

    private static string Assembly(string file) => file.Replace(".crcache.xml", ".dll", StringComparison.Ordinal);

    private static string Naming(string file) => $"<Configuration><SettingsFile>{file}</SettingsFile></Configuration>";

    private string Write(string assembly, string id) => _folder.Write(assembly + ".crcache.xml", $"""
        <CrCache>
          <Source>/bin/A.dll</Source>
          <LeaseId>{id}</LeaseId>
          <Collector>/collector.dll</Collector>
          <Tool>/crcache.dll</Tool>
          <DotNetHost>dotnet</DotNetHost>
          <ReportFile>/lease.json</ReportFile>
          <Checkpoint>/1.checkpoint</Checkpoint>
          <Checkpoint>/2&amp;3.checkpoint</Checkpoint>
        </CrCache>
        """);
}
