using CrCache.Archives;
using CrCache.Criu.Gate;
using CrCache.Runtimes;

namespace CrCache.Engine.Tests.Criu;

/// <summary>The filters that this engine's runc and libseccomp make of the profile, as CRIU dumps them.</summary>
[Collection(EngineTests.Name)]
public sealed class SeccompGateTests(EngineFixture fixture)
{
    [Requires(Need.Engine)]
    public async Task A_dump_of_this_engine_passes_and_not_for_a_profile_that_denies_more()
    {
        var root = Directory.CreateDirectory(Path.Combine(fixture.Folder, $"seccomp {Guid.NewGuid():N}")).FullName;
        using var area = new WorkArea(root);
        await ArchiveReader.UnpackAsync(await fixture.RedisArchiveAsync(), area.Archive, default);
        var dump = Path.Combine(area.Archive, ArchiveLayout.Dump);
        Assert.Null(SeccompGate.Refuse(dump, SeccompProfile.WithoutIoUring));
        var tighter = SeccompProfile.WithoutIoUring.Replace("\"ptrace\",", "", StringComparison.Ordinal);
        Assert.Contains("allow ptrace of x86_64", SeccompGate.Refuse(dump, tighter), StringComparison.Ordinal);
    }
}
