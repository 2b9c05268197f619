using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Diagnostics;
using CrCache.Installed;
using CrCache.Registries;
using CrCache.Specs;
using CrCache.Store;
using CrCache.Upkeep;

namespace CrCache.Core.Tests.Checkpoints;

/// <summary>Whose memory is restored, whichever way an archive comes, and that no way makes a stranger's archive one's own.</summary>
public sealed class ArchiveTrustTests : IDisposable
{
    private static readonly string Team = ArchiveKeys.NewText();
    private static readonly RegistryReference Registry = RegistryReference.Parse("registry.example/team/checkpoints");
    private readonly MadeUpEngine _engine = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache trust ").FullName;

    private string Copy => Path.Combine(_folder, "copied.checkpoint");

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Memory_of_a_copied_file_is_not_restored_and_one_line_says_so()
    {
        await MakeCopyAsync(team: null);
        var stored = await EnsureAsync(Provider("b", Team), Copy);
        Assert.Null(stored.Memory);
        Assert.NotNull(stored.Files);
        Assert.StartsWith(
            $"{ErrorCodes.MemoryNotAuthentic}: the memory of redis comes from a file", stored.WhyNoMemory, StringComparison.Ordinal);
        Assert.Empty(_engine.Dumps);
        var error = await Assert.ThrowsAsync<CrCacheException>(
            () => EnsureAsync(Provider("c", null), Copy, MadeUpSpecs.Redis with { Mode = Rung.Memory }));
        Assert.Equal(ErrorCodes.MemoryNotAuthentic, error.Code);
        Assert.Contains("CRCACHE_REGISTRY_KEY", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_team_has_signed_is_restored_from_memory_also_while_the_key_is_changed()
    {
        await MakeCopyAsync(Team);
        Assert.NotNull((await EnsureAsync(Provider("b", Team), Copy)).Memory);
        Assert.NotNull((await EnsureAsync(Provider("c", $"{ArchiveKeys.NewText()},{Team}"), Copy)).Memory);
        Assert.Null((await EnsureAsync(Provider("d", ArchiveKeys.NewText()), Copy)).Memory);
    }

    [Fact]
    public async Task What_was_made_here_needs_no_key_and_may_have_been_anywhere_meanwhile()
    {
        var made = await MakeCopyAsync(team: null);
        Assert.NotNull((await EnsureAsync(Provider("a", null))).Memory);
        await ForgetAsync("a");
        await Archives("a").RemoveAsync(made.Key, default);
        Assert.NotNull((await EnsureAsync(Provider("a", null), Copy)).Memory);
    }

    [Fact]
    public async Task In_the_store_a_strangers_archive_stays_a_strangers()
    {
        await MakeCopyAsync(team: null);
        var provider = Provider("b", Team);
        await EnsureAsync(provider, Copy);
        Assert.True(Archives("b").Contains((await ForgetAsync("b")).Key));
        Assert.Null((await EnsureAsync(provider)).Memory);
        var output = Path.Combine(_folder, "linked.checkpoint");
        Assert.Null((await provider.EnsureAsync(MadeUpSpecs.Redis, output, write: true, new Progress<string>(), default)).Stored.Memory);
        await ForgetAsync("b");
        Assert.Null((await EnsureAsync(provider, output)).Memory);
        Assert.Empty(_engine.Dumps);
    }

    [Fact]
    public async Task The_teams_key_signs_what_was_made_here_before_and_nothing_of_a_stranger()
    {
        var made = await MakeCopyAsync(team: null);
        await EnsureAsync(Provider("b", Team), Copy);
        Assert.False(await Provider("b", Team).SignAsync(made.Key, default));
        Assert.True(await Provider("a", Team).SignAsync(made.Key, default));
        foreach (var (home, memory) in new[] { ("a", true), ("b", false) })
        {
            using var use = (await Archives(home).OpenAsync(made.Key, default))!;
            Assert.Equal(memory, (await EnsureAsync(Provider($"reads {home}", Team), use.Path)).Memory is not null);
        }

        Assert.Empty(await Archives("a").VerifyAsync(null, default));
    }

    [Fact]
    public async Task When_the_key_is_set_later_the_memory_is_used_then()
    {
        await MakeCopyAsync(Team);
        Assert.Null((await EnsureAsync(Provider("b", null), Copy)).Memory);
        Assert.NotNull((await EnsureAsync(Provider("b", Team))).Memory);
        Assert.NotNull((await EnsureAsync(Provider("b", Team))).Memory);
    }

    [Fact]
    public async Task A_registry_that_the_project_trusts_needs_no_signature_and_other_projects_do_not_trust_it_by_that()
    {
        await MakeCopyAsync(team: null);
        Assert.Null((await EnsureAsync(Provider("other", null, "registry.example/else", Registry), Copy)).Memory);
        Assert.Null((await EnsureAsync(Provider("file", null, "registry.example/team"), Copy)).Memory);
        var stored = await EnsureAsync(Provider("b", null, "registry.example/team", Registry), Copy);
        Assert.NotNull(stored.Memory);
        Assert.Equal($"{Registry}", stored.TrustedFrom);

        // The same user's other project.
        var distrusted = await EnsureAsync(Provider("b", null));
        Assert.Null(distrusted.Memory);
        Assert.StartsWith(ErrorCodes.MemoryNotAuthentic, distrusted.WhyNoMemory, StringComparison.Ordinal);
        Assert.NotNull((await EnsureAsync(Provider("b", null, "registry.example/team"))).Memory);
        await ForgetAsync("b");
        Assert.Null((await EnsureAsync(Provider("b", null))).Memory);
        Assert.False(await Provider("b", Team, "registry.example/team").SignAsync(stored.Key, default));
    }

    [Theory]
    [InlineData("registry.example/team", true)]
    [InlineData("Registry.Example/team/checkpoints", true)]
    [InlineData("registry.example/tea", false)]
    [InlineData("registry.example:5000/team", false)]
    [InlineData("registry.example/team/checkpoints/more", false)]
    public void A_repository_is_trusted_with_all_below_it(string trusted, bool covers) =>
        Assert.Equal(covers, RegistryReference.Parse(trusted).Covers(Registry));

    // Makes it on machine "a", and takes it off the engine.
    private async Task<InstalledCheckpoint> MakeCopyAsync(string? team)
    {
        var stored = await EnsureAsync(Provider("a", team));
        Assert.NotNull(stored.Memory);
        using (var use = (await Archives("a").OpenAsync(stored.Key, default))!)
        {
            File.Copy(use.Path, Copy);
        }

        await ForgetAsync("a");
        return stored;
    }

    private async Task<InstalledCheckpoint> ForgetAsync(string home)
    {
        var installed = new InstalledCheckpoints(Home(home));
        var stored = Assert.Single(installed.List());
        await new CheckpointRemover(_engine, installed).RemoveAsync(stored, new Progress<string>(), default);
        return stored;
    }

    private string Home(string name) => Path.Combine(_folder, name);

    private ArchiveStore Archives(string home) => new(Home(home), ArchiveReader.DescribeAsync);

    private CheckpointProvider Provider(string home, string? team, string? trusted = null, RegistryReference? from = null)
    {
        var keys = new ArchiveKeys(Home(home), team);
        var trust = new ArchiveTrust(keys, trusted is null ? null : RegistryReference.Parse(trusted));
        return new CheckpointProvider(_engine, new InstalledCheckpoints(Home(home)), Archives(home), trust) { FetchedFrom = from };
    }

    private static async Task<InstalledCheckpoint> EnsureAsync(
        CheckpointProvider provider, string? archive = null, CheckpointSpec? spec = null) =>
        (await provider.EnsureAsync(spec ?? MadeUpSpecs.Redis, archive, write: false, new Progress<string>(), default)).Stored;
}
