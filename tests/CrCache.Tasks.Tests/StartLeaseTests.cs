using System.Globalization;
using CrCache.Shared;
using Microsoft.Build.Utilities;

namespace CrCache.Tasks.Tests;

public sealed class StartLeaseTests
{
    private readonly FakeBuildEngine _engine = new();
    private readonly string _id = Guid.NewGuid().ToString("N");

    [Requires(Need.None, "sh")]
    public void It_is_told_to_the_test_host_and_knows_what_to_do()
    {
        using var tool = new FakeTool("printf '%s\\n' \"$@\" >\"$here/new\"; mv \"$here/new\" \"$here/arguments\"");
        File.WriteAllText(tool.File("lease.json"), "of the run before");
        Assert.True(Create(tool).Execute());
        Assert.False(File.Exists(tool.File("lease.json")));

        var lease = PrefetchedLease.Take(_id)!;
        SpinWait.SpinUntil(() => File.Exists(tool.File("arguments")), TimeSpan.FromSeconds(30));
        Assert.Equal(
            [
                "lease", "--checkpoint", "/obj/a b.checkpoint", "--checkpoint", "/obj/c\".checkpoint", "--pipe", lease.Pipe,
                "--parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "--report", tool.File("lease.json"),
            ],
            File.ReadAllLines(tool.File("arguments")));
        Assert.Null(PrefetchedLease.Take(_id));
    }

    [Requires(Need.None, "sh")]
    public void One_that_cannot_be_started_is_an_error()
    {
        using var tool = new FakeTool("");
        var task = Create(tool);
        task.DotNetHost = tool.File("no such dotnet");
        Assert.False(task.Execute());
        Assert.Equal(("CRC5002", "/tests/A.csproj"), (_engine.Errors[0].Code, _engine.Errors[0].File));
        Assert.Null(PrefetchedLease.Take(_id));
    }

    [Requires(Need.None, "sh")]
    public void A_report_that_cannot_be_removed_is_an_error_with_a_code()
    {
        using var tool = new FakeTool("");
        var task = Create(tool);
        Directory.CreateDirectory(task.ReportFile);
        Assert.False(task.Execute());
        Assert.Equal("CRC5007", Assert.Single(_engine.Errors).Code);
    }

    private StartLease Create(FakeTool tool) => new()
    {
        BuildEngine = _engine,
        LeaseId = _id,
        Checkpoints = [new TaskItem("/obj/a b.checkpoint"), new TaskItem("/obj/c\".checkpoint")],
        ReportFile = tool.File("lease.json"),
        Tool = tool.Path,
        DotNetHost = FakeTool.Shell,
        ProjectFile = "/tests/A.csproj",
    };
}
