using System.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace CrCache.Tasks.Tests;

public sealed class MakeCheckpointsTests
{
    private const string Made = "touch \"$here/db.checkpoint\"; ";
    private const string Project = "/tests/A.csproj";
    private readonly FakeBuildEngine _engine = new();

    [Requires(Need.None, "sh")]
    public void One_call_works_on_all_items_and_knows_the_registry()
    {
        using var tool = new FakeTool(Made + "printf '%s\\n' \"$@\" >\"$here/arguments\"");
        var task = Create(tool);
        task.Items = [.. task.Items, Item(tool, "db", "the other.item.json")];
        task.Registry = "localhost:5000/team";
        task.RegistryMode = "push";
        task.RegistryTrust = "localhost:5000";
        Assert.True(task.Execute());
        Assert.Equal(
            [
                "checkpoint", "--item", tool.File("db.item.json"), "--item", tool.File("the other.item.json"), "--json",
                "--registry", "localhost:5000/team", "--registry-mode", "push", "--registry-trust", "localhost:5000",
            ],
            File.ReadAllLines(tool.File("arguments")));
        Assert.Empty(_engine.Errors);
        Assert.False(_engine.IsYielded);
    }

    [Requires(Need.None, "sh")]
    public void What_is_done_now_is_told_to_everybody_and_how_far_it_is_every_few_seconds()
    {
        using var tool = Saying(
            """{"event":"progress","name":"db","message":"pulling mysql:9.7"}""",
            """{"event":"detail","name":"db","message":"pulling mysql:9.7: 1 of 3 MB"}""",
            """{"event":"detail","name":"db","message":"pulling mysql:9.7: 2 of 3 MB"}""",
            """{"event":"detail","name":"other","message":"pulling mysql:9.7: 3 of 3 MB"}""",
            """{"event":"progress","name":"db","message":"waiting {0} %d"}""",
            """{"event":"done","name":"db","result":"made","seconds":1.5,"message":"checkpoint made in 1.5 s"}""");
        Assert.True(Create(tool).Execute());
        Assert.Equal(
            [
                (MessageImportance.High, "CrCache: db: pulling mysql:9.7"),
                (MessageImportance.High, "CrCache: db: pulling mysql:9.7: 1 of 3 MB"),
                (MessageImportance.Low, "CrCache: db: pulling mysql:9.7: 2 of 3 MB"),
                (MessageImportance.High, "CrCache: other: pulling mysql:9.7: 3 of 3 MB"),
                (MessageImportance.High, "CrCache: db: waiting {0} %d"),
                (MessageImportance.High, "CrCache: db: checkpoint made in 1.5 s"),
            ],
            _engine.Messages.Select(message => (message.Importance, message.Message!)));
    }

    // One that was found may be older than the item file, and would be asked for in every build.
    [Requires(Need.None, "sh")]
    public void A_checkpoint_that_is_done_is_newer_than_its_item_file()
    {
        using var tool = Saying("""{"event":"done","name":"db","message":"found"}""");
        File.WriteAllText(tool.File("db.checkpoint.json"), "{}");
        File.SetLastWriteTimeUtc(tool.File("db.checkpoint.json"), DateTime.UtcNow.AddDays(-1));
        Assert.True(Create(tool).Execute());
        var now = DateTime.UtcNow;
        Assert.InRange(File.GetLastWriteTimeUtc(tool.File("db.checkpoint.json")), now.AddHours(-1), now.AddHours(1));
    }

    [Requires(Need.None, "sh")]
    public void One_that_the_engine_had_no_room_for_stays_stale()
    {
        using var tool = Saying("""{"event":"done","name":"db","result":"cold","message":"no checkpoint this time"}""");
        File.WriteAllText(tool.File("db.checkpoint.json"), "{}");
        File.SetLastWriteTimeUtc(tool.File("db.checkpoint.json"), DateTime.UnixEpoch);
        Assert.True(Create(tool).Execute());
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(tool.File("db.checkpoint.json")));
    }

    [Requires(Need.None, "sh")]
    public void Errors_and_warnings_have_their_code_and_their_place()
    {
        using var tool = Saying(
            """{"event":"warning","name":"db","code":"CRC4004","message":"no registry"}""",
            """{"event":"error","name":"db","code":"CRC3006","message":"it failed:\nline {1}","file":"/tests/db.sql","line":7}""",
            """{"event":"error","name":"db","message":"something"}""");
        Assert.False(Create(tool).Execute());
        var warning = Assert.Single(_engine.Warnings);
        Assert.Equal(("CRC4004", Project, "no registry"), (warning.Code, warning.File, warning.Message));
        Assert.Equal(
            [("CRC3006", "/tests/db.sql", 7, "it failed:\nline {1}"), ("CRC5003", Project, 0, "something")],
            _engine.Errors.Select(error => (error.Code!, error.File!, error.LineNumber, error.Message!)));
    }

    [Requires(Need.None, "sh")]
    public void What_is_no_line_of_the_protocol_is_for_the_log_alone()
    {
        const string Later = """{"event":"news","name":"db","more":{"a":[1,{}]},"message":"later"}""";
        using var tool = Saying("warning: {0} of something", "42", "[1]", Later);
        Assert.True(Create(tool).Execute());
        Assert.Equal(
            [(MessageImportance.Low, "warning: {0} of something"), (MessageImportance.Low, "42"), (MessageImportance.Low, "[1]")],
            _engine.Messages.Select(message => (message.Importance, message.Message!)));
    }

    [Requires(Need.None, "sh")]
    public void One_that_cannot_be_started_is_an_error()
    {
        using var tool = new FakeTool("");
        var task = Create(tool);
        task.Tool = tool.File("not there.dll");
        Assert.False(task.Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal(("CRC5002", Project), (error.Code, error.File));
        Assert.Contains("not there.dll", error.Message, StringComparison.Ordinal);
        Assert.Contains("CrCacheTool", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.None, "sh")]
    public void One_that_fails_without_a_reason_is_quoted()
    {
        using var tool = new FakeTool("seq 100 >&2; exit 70");
        Assert.False(Create(tool).Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal(("CRC5003", Project), (error.Code, error.File));
        Assert.Contains("exit code 70", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("\n99\n100", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n70\n", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.None, "sh")]
    public void One_that_does_not_write_what_it_should_is_an_error()
    {
        using var tool = new FakeTool("");
        Assert.False(Create(tool).Execute());
        var error = Assert.Single(_engine.Errors);
        Assert.Equal("CRC5003", error.Code);
        Assert.Contains($"did not write {tool.File("db.checkpoint")}", error.Message, StringComparison.Ordinal);
    }

    [Requires(Need.None, "sh")]
    public async Task One_that_is_canceled_may_tidy_up()
    {
        using var tool = new FakeTool("""
            trap 'touch "$here/tidied"; exit 130' TERM
            echo '{"event":"progress","name":"db","message":"working"}'
            while :; do sleep 0.05; done
            """);
        var task = Create(tool);
        var work = Task.Run(task.Execute);
        var waited = Stopwatch.StartNew();
        while (_engine.Messages.Count == 0 && waited.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(10);
        }

        Assert.True(_engine.IsYielded);
        task.Cancel();
        Assert.False(await work);
        Assert.Empty(_engine.Errors);
        Assert.True(File.Exists(tool.File("tidied")));
    }

    [Requires(Need.None, "sh")]
    public void One_that_is_canceled_before_it_began_is_not_started()
    {
        using var tool = new FakeTool("touch \"$here/started\"");
        var task = Create(tool);
        task.Cancel();
        Assert.False(task.Execute());
        Assert.Empty(_engine.Errors);
        Assert.False(File.Exists(tool.File("started")));
    }

    private static FakeTool Saying(params string[] lines) => new($"{Made}cat <<'END'\n{string.Join('\n', lines)}\nEND");

    private static TaskItem Item(FakeTool tool, string name, string file) => new(tool.File(file), new Dictionary<string, string>
    {
        ["Name"] = name,
        ["Checkpoint"] = tool.File(name + ".checkpoint"),
        ["Stamp"] = tool.File(name + ".checkpoint.json"),
    });

    private MakeCheckpoints Create(FakeTool tool) => new()
    {
        BuildEngine = _engine,
        Items = [Item(tool, "db", "db.item.json")],
        Tool = tool.Path,
        DotNetHost = FakeTool.Shell,
        ProjectFile = Project,
    };
}
