using CrCache.Specs;

namespace CrCache.Engine.Tests.Restoring;

/// <summary>Whatever a container did to its files before the dump, a copy restored from the archive alone has it so.</summary>
[Collection(EngineTests.Name)]
public sealed class FileStateTests(EngineFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache state ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    public async Task All_of_the_file_system_is_in_the_archive_for_both_ways()
    {
        var item = new CheckpointItem
        {
            Name = "state",
            Directory = Repository.In("tests", "CrCache.Engine.Tests", "Restoring", "FileState"),
            Metadata = new Dictionary<string, string>
            {
                ["Dockerfile"] = "Dockerfile",

                // Not by the entry point, which gives /data to its user.
                ["Command"] = "sh -c \"exec redis-server --protected-mode no --save ''\"",
                ["Ready"] = "exec: redis-cli ping",
                ["Setup"] = "change.sh",
            },
        };
        var spec = await new SpecResolver(fixture.Engine).ResolveAsync(item, new Progress<string>(), default);
        var archive = Path.Combine(_folder, "state.checkpoint");
        await using (var maker = new TestStore(fixture.Engine))
        {
            await maker.ExportAsync(spec, archive);
        }

        // The reader of tars in Docker 20.10 drops attributes without a value.
        var info = await fixture.Engine.GetInfoAsync(default);
        var lost = info.Version.StartsWith("20.10.", StringComparison.Ordinal) ? ": user.empty=" : null;
        await using var elsewhere = new TestStore(fixture.Engine);
        foreach (var (mode, rung) in new[] { (Rung.Memory, Rung.Memory), (Rung.Files, Rung.Files) })
        {
            await using var copy = await elsewhere.RestoreAsync(spec with { Mode = mode }, archive);
            Assert.Equal(rung, copy.Rung);
            var before = (await LinesAsync(copy, "cat /listing"))
                .Where(line => lost is null || !line.EndsWith(lost, StringComparison.Ordinal))
                .ToArray();
            var after = await LinesAsync(copy, "sh /list.sh");
            Assert.Contains(before, line => line.StartsWith("/data/file: f 0640 5:6", StringComparison.Ordinal));
            AssertSame(before, after, rung);
        }
    }

    private static async Task<string[]> LinesAsync(TestCopy copy, string command) => (await copy.ShellAsync(command)).Split('\n');

    private static void AssertSame(string[] before, string[] after, Rung rung)
    {
        var differences = before.Except(after)
            .Select(line => "- " + line)
            .Concat(after.Except(before).Select(line => "+ " + line))
            .Order()
            .ToArray();
        Assert.True(differences.Length == 0, $"{rung}:\n{string.Join('\n', differences)}");
    }
}
