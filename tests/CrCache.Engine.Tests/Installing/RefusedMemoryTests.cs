using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Engine.Tests.Criu;
using CrCache.Leases;
using CrCache.Specs;

namespace CrCache.Engine.Tests.Installing;

/// <summary>
/// Memory whose processes have more than the container never reaches the engine, though who made the archive has the team's key:
/// its files serve, and one line says why.
/// </summary>
[Collection(EngineTests.Name)]
public sealed class RefusedMemoryTests(EngineFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache refused ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    public async Task A_capability_too_many()
    {
        var archive = await ChangeAsync(CoreImages.AddCapability);
        var spec = (await LeaseItem.ReadAsync(archive, default)).Spec;
        await using var store = new TestStore(fixture.Engine);
        var (source, lines) = await store.BuildAsync(spec, archive);
        Assert.Equal(CheckpointSource.Found, source);
        Assert.DoesNotContain("trying the restore", lines);

        var stored = Assert.Single(store.Checkpoints.List());
        Assert.Null(stored.Memory);
        Assert.Matches(
            $"^{ErrorCodes.MemoryRefused}: redis: .* its core-[0-9]+.img has the effective capability 2, [^\n]*$", stored.WhyNoMemory);
        await using (var copy = await store.RestoreAsync(spec))
        {
            Assert.Equal(Rung.Files, copy.Rung);
            Assert.Equal("sown", await copy.ShellAsync("redis-cli get seed"));
        }

        await using var pinned = new TestStore(fixture.Engine);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => pinned.EnsureAsync(spec with { Mode = Rung.Memory }, archive));
        Assert.Equal(ErrorCodes.MemoryRefused, error.Code);
    }

    [Requires(Need.Engine)]
    public async Task Nothing_too_many()
    {
        var archive = await ChangeAsync(_ => { });
        var spec = (await LeaseItem.ReadAsync(archive, default)).Spec;
        await using var store = new TestStore(fixture.Engine);
        await using var copy = await store.RestoreAsync(spec with { Mode = Rung.Memory }, archive);
        Assert.Equal(Rung.Memory, copy.Rung);
        Assert.Equal("sown", await copy.ShellAsync("redis-cli get seed"));
    }

    // An archive of a dump that was changed, signed by another machine of the team.
    private async Task<string> ChangeAsync(Action<string> change)
    {
        using var area = new WorkArea(Directory.CreateDirectory(Path.Combine(_folder, "work")).FullName);
        var unpacked = await ArchiveReader.UnpackAsync(await fixture.RedisArchiveAsync(), area.Archive, default);
        change(Path.Combine(area.Archive, ArchiveLayout.Dump));
        var path = Path.Combine(_folder, "changed.checkpoint");
        await using var file = File.Create(path);
        await ArchiveWriter.WriteAsync(
            unpacked.Record, area.Archive, file, new ArchiveKeys(Path.Combine(_folder, "elsewhere"), TestStore.TeamKey), default);
        return path;
    }
}
