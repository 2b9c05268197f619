using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Keys;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Installing;

/// <summary>An archive of one engine's version restores on another.</summary>
[Collection(EngineTests.Name)]
public sealed class OtherEngineTests(EngineFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache exchange ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.OtherEngine)]
    public async Task An_archive_of_another_engine_comes_back_in_both_ways()
    {
        var spec = await OtherEngine.SpecAsync(fixture.Engine, _folder);
        var archives = OtherEngine.Archives(CheckpointKey.Of(spec));
        Assert.NotEmpty(archives);
        foreach (var archive in archives)
        {
            foreach (var (mode, rung) in new[] { (Rung.Memory, Rung.Memory), (Rung.Files, Rung.Files) })
            {
                await using var elsewhere = new TestStore(fixture.Engine);
                var output = Path.Combine(_folder, "mysql.checkpoint");
                File.Copy(archive, output, overwrite: true);
                var (source, lines) = await elsewhere.BuildAsync(spec with { Mode = mode }, output);
                Assert.True(source == CheckpointSource.Found, $"{archive}: {string.Join('\n', lines)}");
                await using var copy = await elsewhere.RestoreAsync(spec with { Mode = mode });
                Assert.Equal(rung, copy.Rung);
                Assert.Equal("42", await copy.ShellAsync(OtherEngine.Query));
            }
        }
    }

    [Requires(Need.SecondEngine)]
    public async Task What_is_made_here_is_left_for_the_others()
    {
        var (_, archive) = await fixture.MySqlArchiveAsync();
        var record = await ArchiveReader.ReadRecordAsync(archive, default);
        Assert.NotNull(record.Memory);
        Assert.NotNull(record.Files);
        OtherEngine.Leave(record.Key, archive);
    }
}
