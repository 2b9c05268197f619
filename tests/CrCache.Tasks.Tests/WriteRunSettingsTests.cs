using System.Xml.Linq;
using Microsoft.Build.Utilities;

namespace CrCache.Tasks.Tests;

public sealed class WriteRunSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeBuildEngine _engine = new();

    private string Output => _folder.File("obj/crcache.runsettings");

    private string SourceSettings => _folder.File("bin/A.Tests.crcache.xml");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_load_the_collector_and_only_name_the_file_beside_the_assembly()
    {
        Assert.True(Create().Execute());
        var collectors = XElement.Load(Output).Elements("InProcDataCollectionRunSettings").Elements("InProcDataCollectors");
        var collector = Assert.Single(collectors.Elements());
        Assert.Equal("InProcDataCollector", collector.Name.LocalName);
        Assert.Equal("/package/collector.dll", collector.Attribute("codebase")?.Value);
        Assert.StartsWith(
            "CrCache.TestAdapter.LeaseCollector, CrCache.TestAdapter.Collector, Version=1.0.0.0,",
            collector.Attribute("assemblyQualifiedName")?.Value,
            StringComparison.Ordinal);
        var content = Assert.Single(Assert.Single(collector.Elements("Configuration")).Elements());
        Assert.Equal(("SettingsFile", SourceSettings), (content.Name.LocalName, content.Value));
    }

    [Fact]
    public void The_file_beside_the_assembly_says_all_of_its_containers()
    {
        Assert.True(Create().Execute());
        Assert.Equal(
            [
                ("Source", _folder.File("bin/A.Tests.dll")), ("LeaseId", "1234abcd"), ("Collector", "/package/collector.dll"),
                ("Tool", "/package/crcache.dll"), ("DotNetHost", "dotnet"), ("ReportFile", _folder.File("obj/lease.json")),
                ("Checkpoint", "/obj/a&b.checkpoint"), ("Checkpoint", "/obj/c.checkpoint"),
            ],
            XElement.Load(SourceSettings).Elements().Select(element => (element.Name.LocalName, element.Value)));
    }

    [Fact]
    public void Those_of_the_user_stay_and_their_relative_places_too()
    {
        var task = Create();
        task.UserSettings = _folder.Write("my settings/my.runsettings", """
            <RunSettings>
              <RunConfiguration>
                <ResultsDirectory>results</ResultsDirectory>
                <TestAdaptersPaths>a; /b;%HOME%/c</TestAdaptersPaths>
                <MaxCpuCount>2</MaxCpuCount>
              </RunConfiguration>
              <InProcDataCollectionRunSettings>
                <InProcDataCollectors><InProcDataCollector uri="other" /></InProcDataCollectors>
              </InProcDataCollectionRunSettings>
            </RunSettings>
            """);
        Assert.True(task.Execute());
        var root = XElement.Load(Output);
        var place = _folder.File("my settings");
        Assert.Equal(
            [Path.Combine(place, "results"), Path.Combine(place, "a") + ";/b;%HOME%/c", "2"],
            root.Elements("RunConfiguration").Elements().Select(element => element.Value));
        Assert.Equal(
            ["other", "InProcDataCollector://CrCache/Lease/1.0"],
            root.Descendants("InProcDataCollector").Select(collector => collector.Attribute("uri")?.Value));
    }

    [Fact]
    public void Without_containers_they_are_the_users_own()
    {
        var task = Create();
        task.Checkpoints = [];
        task.UserSettings = _folder.Write("my.runsettings", "<RunSettings><RunConfiguration /></RunSettings>");
        Assert.True(task.Execute());
        Assert.Empty(XElement.Load(Output).Descendants("InProcDataCollector"));
        Assert.False(File.Exists(SourceSettings));
    }

    [Theory]
    [InlineData("broken.runsettings")]
    [InlineData("no such.runsettings")]
    [InlineData("no such/folder.runsettings")]
    public void Those_that_cannot_be_read_are_an_error_that_points_to_them(string name)
    {
        _folder.Write("broken.runsettings", "<RunSettings>");
        var task = Create();
        task.UserSettings = _folder.File(name);
        Assert.False(task.Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal(("CRC5006", task.UserSettings), (error.Code, error.File));
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public void One_that_cannot_be_written_is_an_error_with_a_code()
    {
        _folder.Write("obj", "a file");
        Assert.False(Create().Execute());
        Assert.Equal("CRC5007", Assert.Single(_engine.Errors).Code);
    }

    private WriteRunSettings Create() => new()
    {
        BuildEngine = _engine,
        OutputFile = Output,
        Source = _folder.File("bin/A.Tests.dll"),
        SourceSettings = SourceSettings,
        Collector = "/package/collector.dll",
        LeaseId = "1234abcd",
        Checkpoints = [new TaskItem("/obj/a&b.checkpoint"), new TaskItem("/obj/c.checkpoint")],
        ReportFile = _folder.File("obj/lease.json"),
        Tool = "/package/crcache.dll",
        DotNetHost = "dotnet",
    };
}
