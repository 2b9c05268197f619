using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Core.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("crcache file ").FullName;

    private string Archive => Path.Combine(_directory, "db.checkpoint");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Every_member_is_read_as_it_was_written()
    {
        var file = Full();
        AssertAllSet(file);
        file.Write(Archive);
        Assert.Equal(Json(file), Json(BuildRecord.Find(Archive)!));
    }

    [Fact]
    public void What_is_optional_may_be_missing()
    {
        var full = Full();
        var file = full with
        {
            Spec = full.Spec with
            {
                Preset = null,
                Dockerfile = null,
                Command = null,
                Answer = null,
                ConnectionString = null,
                Uri = null,
                Jdbc = null,
                Account = null,
                Ready = new ReadyProbe(),
            },
            Stored = new InstalledCheckpoint { Key = "k", EngineId = "e", Created = DateTimeOffset.UnixEpoch, ColdSeconds = 0 },
        };
        file.Write(Archive);
        Assert.Equal(Json(file), Json(BuildRecord.Find(Archive)!));
    }

    [Fact]
    public void Where_nothing_is_there_is_nothing() => Assert.Null(BuildRecord.Find(Archive));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"spec":null}""", "spec")]
    [InlineData("""{"key":7}""", "key")]
    [InlineData("""{"key":null}""", "key")]
    [InlineData("""{"seconds":"many"}""", "seconds")]
    [InlineData("""{"mode":"Fast"}""", "spec", "mode")]
    [InlineData("""{"timeoutSeconds":1.5}""", "spec", "timeoutSeconds")]
    [InlineData("""{"created":"yesterday"}""", "stored", "created")]
    [InlineData("""{"volumes":{"a":1}}""", "stored", "memory", "volumes")]
    public void What_is_broken_is_an_error_that_names_the_file(string json, params string[] member)
    {
        // The member of a whole file is replaced by that of the same name; without one the file is nothing but the JSON.
        if (member is [.. var path, var last])
        {
            Full().Write(Archive);
            var root = JsonNode.Parse(File.ReadAllText(Archive + ".json"))!;
            path.Aggregate(root, (node, name) => node[name]!)[last] = JsonNode.Parse(json)![last]?.DeepClone();
            json = root.ToJsonString();
        }

        File.WriteAllText(Archive + ".json", json);
        var error = Assert.Throws<CrCacheException>(() => BuildRecord.Find(Archive));
        Assert.Equal(ErrorCodes.UnreadableFile, error.Code);
        Assert.Contains(Archive + ".json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_that_must_be_there_is_missed()
    {
        foreach (var (name, _) in JsonNode.Parse(Json(Full()))!.AsObject())
        {
            var root = JsonNode.Parse(Json(Full()))!.AsObject();
            root.Remove(name);
            File.WriteAllText(Archive + ".json", root.ToJsonString());
            Assert.Throws<CrCacheException>(() => BuildRecord.Find(Archive));
        }
    }

    // Records of before there were these members, in builds and in archives.
    [Fact]
    public void What_came_later_may_be_missing()
    {
        var root = JsonNode.Parse(Json(Full()))!;
        var spec = root["spec"]!.AsObject();
        Assert.True(spec.Remove("files") && spec.Remove("maxAge"));
        Assert.True(spec["ready"]!.AsObject().Remove("times") && spec["setup"]![0]!.AsObject().Remove("place"));
        File.WriteAllText(Archive + ".json", root.ToJsonString());
        var read = BuildRecord.Find(Archive)!.Spec;
        Assert.Empty(read.Files);
        Assert.Equal("a.sql", Assert.Single(read.Setup).Place);
    }

    private static string Json(BuildRecord file) => JsonSerializer.Serialize(file, BuildRecordJson.Default.BuildRecord);

    // So that a member that is added later is missed here until it is read.
    private static void AssertAllSet(object value)
    {
        Assert.All(value.GetType().GetProperties().Where(property => property.CanWrite), property =>
        {
            var member = property.GetValue(value);
            Assert.False(
                member is null or "" or 0 or 0L or 0.0 or false or Rung.Auto or ICollection { Count: 0 },
                $"{value.GetType().Name}.{property.Name} is not set");
            foreach (var part in member is IEnumerable and not string ? ((IEnumerable)member).Cast<object>() : [member!])
            {
                if (part.GetType() is { IsClass: true, Namespace: { } space }
                    && space.StartsWith(nameof(CrCache), StringComparison.Ordinal))
                {
                    AssertAllSet(part);
                }
            }
        });
    }

    private static BuildRecord Full() => new()
    {
        Key = "key",
        Spec = new CheckpointSpec
        {
            Name = "db",
            Preset = "mysql",
            Image = "mysql:9",
            Dockerfile = "/a/Dockerfile",
            ImageId = "sha256:1",
            ImageDigest = "sha256:2",
            Platform = "linux/amd64",
            Volumes = ["/var/lib/mysql", "/b"],
            Hostname = "mysql",
            Ports = [new NamedPort("tcp", 3306), new NamedPort("x", 33060)],
            Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "\u00e9 \"quoted\"" },
            Command = ["mysqld", "--x"],
            Ready = new ReadyProbe
            {
                Exec = ["true"],
                Log = "ready",
                Times = 2,
                Tcp = "tcp",
                Http = HttpProbe.Parse("http/health"),
                Health = true,
            },
            Answer = new AnswerProbe { Port = "tcp", Send = "AMQP\0\t", Expect = "^.\\x00" },
            Setup = [new SetupStep("a.sql", "/db/a.sql", "00ff", ["mysql", "{file}"]) { Entry = 1 }],
            Files = [new CopiedFile("my.cnf", "/conf/my.cnf", "11ee", "/etc/my.cnf", Mode: 384) { Owner = 999 }],
            Verify = new VerifyCommand(["mysql", "-e", "SHOW TABLES"], IsOwn: true),
            MayLose = "nobody knows",
            ConnectionString = "{host}:{port}",
            Uri = "u",
            Jdbc = "j",
            Account = new ServerAccount("u", "p"),
            Mode = Rung.Memory,
            TimeoutSeconds = 120,
            MaxAge = TimeSpan.FromHours(36),
        },
        Stored = new InstalledCheckpoint
        {
            Key = "key",
            EngineId = "engine",
            Name = "db",
            Preset = "mysql",
            Image = "mysql:9",
            Parts = [new KeyPart("image", "sha256:2")],
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)),
            ColdSeconds = 1.25,
            EngineBytes = 5_000_000_000,
            TrustedFrom = "registry.example/team",
            ForeignTo = "registry.example/other",
            IsStep = true,
            Used = DateTimeOffset.UnixEpoch,
            Memory = new InstalledMemory
            {
                Secret = "5ec4e7",
                Dump = "d",
                ImageId = "i",
                ImageName = "n",
                Volumes = new Dictionary<string, string> { ["/v"] = "v.tar" },
                RestoreSeconds = 0.1,
            },
            Files = new InstalledFiles
            {
                ImageId = "i",
                ImageName = "n",
                Volumes = new Dictionary<string, string> { ["/v"] = "v.tar" },
                RestoreSeconds = 0.2,
            },
            WhyNoMemory = "because",
            WhyNoFiles = "neither",
        },
        Result = "made",
        Seconds = 3.5,
    };
}
