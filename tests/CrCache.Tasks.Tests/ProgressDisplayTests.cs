using System.Collections;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace CrCache.Tasks.Tests;

/// <summary>What the terminal logger is given to show; here the small project's targets are run at once, in this process.</summary>
public sealed class ProgressDisplayTests
{
    private readonly FakeBuildEngine _engine = new();
    private readonly List<string> _shown = [];

    [Requires(Need.None, "sh")]
    public void Each_thing_that_is_waited_for_is_shown_and_in_the_end_what_came_of_it()
    {
        using var tool = new FakeTool("""
            touch "$here/db.checkpoint"
            say() {
              printf '{"event":"%s","name":"db","message":"%s"}\n' "$1" "$2"
              while ! grep -q "$2" "$here/shown"; do sleep 0.05; done
            }
            touch "$here/shown"
            say progress 'starting 50%41 $(x)'
            say progress 'running db/10-schema.sql'
            printf '{"event":"done","name":"db","result":"made","message":"made in 1.5 s"}\n'
            """);
        var task = Create(tool, "db");
        Assert.True(task.Execute());
        Assert.Contains("db: starting 50%41 $(x)", _shown);
        Assert.Equal("db: running db/10-schema.sql", _shown[^1]);
        var messages = _engine.Messages.Select(message => message.Message!).ToArray();
        Assert.Equal("My.Tests -> made in 1.5 s", messages[0]);
        Assert.All(_engine.Messages, message => Assert.Equal(MessageImportance.High, message.Importance));
        Assert.Equal(
            ["CrCache: db: starting 50%41 $(x)", "CrCache: db: running db/10-schema.sql", "CrCache: db: made in 1.5 s"], messages[1..]);
        Assert.Equal(["crcache.dll", "db.checkpoint", "shown"], FilesOf(tool));
        Assert.False(_engine.IsYielded);
    }

    [Requires(Need.None, "sh")]
    public void Several_items_have_one_row_and_each_a_line_in_the_end()
    {
        using var tool = new FakeTool("""
            touch "$here/db.checkpoint" "$here/cache.checkpoint" "$here/shown"
            printf '{"event":"progress","name":"db","message":"starting a"}\n{"event":"progress","name":"cache","message":"starting b"}\n'
            while ! grep -q 'a; cache: starting b' "$here/shown"; do sleep 0.05; done
            printf '{"event":"done","name":"cache","message":"found"}\n'
            while ! grep -qx 'db: starting a' "$here/shown"; do sleep 0.05; done
            printf '{"event":"done","name":"db","message":"made"}\n'
            """);
        Assert.True(Create(tool, "db", "cache").Execute());
        Assert.Contains("My.Tests -> \n    cache: found\n    db: made", _engine.Messages.Select(message => message.Message));
    }

    [Requires(Need.None, "sh")]
    public void Where_something_failed_nothing_is_said_to_have_succeeded()
    {
        using var tool = new FakeTool("""
            touch "$here/db.checkpoint" "$here/shown"
            printf '{"event":"done","name":"db","message":"made"}\n'
            printf '{"event":"error","name":"cache","code":"CRC3006","message":"it failed"}\n'
            exit 1
            """);
        Assert.False(Create(tool, "db", "cache").Execute());
        Assert.Equal("CRC3006", Assert.Single(_engine.Errors).Code);
        Assert.DoesNotContain(_engine.Messages, message => message.Message!.Contains("->", StringComparison.Ordinal));
    }

    // MSBuild throws out of the build of another project.
    [Requires(Need.None, "sh")]
    public void A_build_that_is_canceled_meanwhile_ends_the_command_first()
    {
        using var tool = new FakeTool("""
            trap 'touch "$here/tidied"; exit 130' TERM
            touch "$here/started"
            while :; do sleep 0.05; done
            """);
        var task = Create(tool, "db");
        _engine.Build = (_, _, _) =>
        {
            SpinWait.SpinUntil(() => File.Exists(tool.File("started")), TimeSpan.FromSeconds(30));
            throw new InvalidOperationException("canceled");
        };
        Assert.Throws<InvalidOperationException>(() => task.Execute());
        Assert.True(File.Exists(tool.File("tidied")));
        Assert.Equal(["crcache.dll", "started", "tidied"], FilesOf(tool));
    }

    [Theory]
    [InlineData("short", 20, "short")]
    [InlineData("a line of twenty-two c", 20, "a line of twenty-tw…")]
    [InlineData("a line of twenty-two c", -5, "a line of twent…")]
    [InlineData("first\nsecond", 20, "first")]
    public void A_text_is_as_short_as_the_row(string text, int width, string shown) => Assert.Equal(shown, WatchProgress.Fit(text, width));

    private static string[] FilesOf(FakeTool tool) =>
        [.. Directory.EnumerateFiles(tool.Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private MakeCheckpoints Create(FakeTool tool, params string[] names)
    {
        _engine.Build = (project, target, properties) => Build(tool, project, target, properties);
        return new()
        {
            BuildEngine = _engine,
            Items =
            [
                .. names.Select(name => new TaskItem(tool.File(name + ".item.json"), new Dictionary<string, string>
                {
                    ["Name"] = name,
                    ["Checkpoint"] = tool.File(name + ".checkpoint"),
                })),
            ],
            Tool = tool.Path,
            DotNetHost = FakeTool.Shell,
            ProjectFile = "/tests/My.Tests.csproj",
            ProgressTargets = "/made up/CrCache.Progress.targets",
        };
    }

    // As CrCache.Progress.targets does.
    private bool Build(FakeTool tool, string project, string target, IDictionary properties)
    {
        var status = tool.File("My.Tests.status");
        Assert.Equal(tool.File("My.Tests.proj"), project);
        Assert.Contains("/made up/CrCache.Progress.targets", File.ReadAllText(project), StringComparison.Ordinal);
        if (target == "Checkpoints")
        {
            return new WatchProgress { BuildEngine = _engine, StatusFile = status, ProjectFile = project }.Execute();
        }

        Assert.Equal("Checkpoint", target);
        var text = Uri.UnescapeDataString((string)properties["TargetFramework"]!);
        _shown.Add(text);
        File.AppendAllText(tool.File("shown"), text + "\n");
        var number = int.Parse((string)properties["CrCacheStatusNumber"]!, System.Globalization.CultureInfo.InvariantCulture);
        return new AwaitProgress { BuildEngine = _engine, StatusFile = status, Number = number }.Execute();
    }
}
