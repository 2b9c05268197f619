using CrCache.Archives;
using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Installing;
using CrCache.Keys;
using CrCache.Making;
using CrCache.Restoring;
using CrCache.Runtimes;
using CrCache.Shared;
using CrCache.Specs;

namespace CrCache.Core.Tests.Making;

/// <summary>Which steps are made, which are gone on from, and what stays of them.</summary>
public sealed class SetupChainTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache chain ").FullName;
    private readonly MadeUpSteps _steps = new();
    private readonly List<string> _said = [];

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void A_chain_is_what_items_without_the_later_entries_would_ask_for()
    {
        var chain = SpecChain.Of(Spec("a", "b1", "b2") with { Verify = new VerifyCommand(["what"], IsOwn: true), MayLose = "something" });
        Assert.Equal([0, 1, 3], chain.Select(spec => spec.Setup.Count));
        Assert.Equal(["b1", "b2"], SpecChain.Added(chain, 2).Select(step => step.Name));
        Assert.Equal(CheckpointKey.Of(MadeUpSpecs.Redis), CheckpointKey.Of(chain[0]));
        Assert.Equal([null, null, "what"], chain.Select(spec => spec.Verify?.Command[0]));
        Assert.Equal([null, "something", "something"], chain.Select(spec => spec.MayLose));
        Assert.Single(SpecChain.Of(MadeUpSpecs.Redis));

        // A step could be as old as the whole may be.
        var aged = SpecChain.Of(Spec("a", "b1", "b2") with { MaxAge = TimeSpan.FromDays(1) });
        Assert.Equal([0, 3], aged.Select(spec => spec.Setup.Count));
        Assert.Equal(3, SpecChain.Added(aged, 1).Count);

        // What lies beside the set-up files is none of the server's business.
        CopiedFile[] files = [new("x", "/x", "00", "x", Mode: 420), new("y", "/y", "00", "/etc/y", Mode: 420)];
        var withFiles = SpecChain.Of(Spec("a", "b") with { Files = files });
        Assert.Equal([1, 2, 2], withFiles.Select(spec => spec.Files.Count));
    }

    [Fact]
    public async Task Each_step_is_made_once_whoever_else_goes_on_from_it()
    {
        using var engine = new MadeUpEngine();
        var server = await StartAsync(engine, Spec("a", "b"));
        Assert.Equal(["starting redis:8", "running a", "running b"], Work());
        Assert.Equal(SpecChain.Of(Spec("a", "b")).SkipLast(1).Select(CheckpointKey.Of).Order(), _steps.Kept.Keys.Order());
        Assert.All(_steps.Kept.Values, step => Assert.True(step.IsStep));
        Assert.Equal([server.Id], engine.Containers.Select(container => container.Id));
        Assert.Equal(_steps.Kept.Values.Select(step => step.Memory!.Dump).Order(), engine.Dumps.Order());

        // The last one changed, another project's, and the base alone.
        await StartAsync(engine, Spec("a", "changed"));
        Assert.Equal(["running changed"], Work());
        await StartAsync(engine, Spec("other"));
        Assert.Equal(["running other"], Work());
        await StartAsync(engine, MadeUpSpecs.Redis);
        Assert.Empty(Work());
    }

    [Fact]
    public async Task A_step_that_cannot_be_restored_any_more_is_made_anew()
    {
        using var engine = new MadeUpEngine();
        await StartAsync(engine, Spec("a", "b"));
        _said.Clear();
        await engine.RemoveImageAsync(_steps.Kept[CheckpointKey.Of(Spec("a"))].Memory!.ImageName, default);
        await StartAsync(engine, Spec("a", "b"));
        Assert.Equal(["running a", "running b"], Work());

        var lost = _steps.Kept.Values.Select(step => step.Memory!.Dump).ToHashSet();
        engine.Fail(
            nameof(IEngine.StartContainerAsync),
            "crcache-runc: there is no dump",
            call => lost.Contains(call.Container!.Environment.GetValueOrDefault(CrCacheRuntime.RestoreVariable, "").Split('.')[0]));
        await StartAsync(engine, Spec("a", "b"));
        Assert.Equal(["starting redis:8", "running a", "running b"], Work());
    }

    [Theory]
    [InlineData(nameof(IEngine.CommitAsync))]
    [InlineData(nameof(IEngine.WaitForExitAsync))]
    [InlineData(nameof(IEngine.WriteArchiveAsync))]
    public async Task Whatever_fails_no_container_stays_and_no_dump_without_its_record(string call)
    {
        using var engine = new MadeUpEngine();
        engine.Fail(call, "no");
        await Assert.ThrowsAsync<CrCacheException>(() => StartAsync(engine, Spec("a", "b")));
        Assert.Empty(engine.Containers);
        Assert.Equal(_steps.Kept.Values.Select(step => step.Memory!.Dump), engine.Dumps);
    }

    private string[] Work()
    {
        string[] work = ["starting", "running"];
        var said = _said.Where(line => work.Any(word => line.StartsWith(word, StringComparison.Ordinal))).ToArray();
        _said.Clear();
        return said;
    }

    // Files whose names begin alike are one entry.
    private CheckpointSpec Spec(params string[] files) => MadeUpSpecs.Redis with
    {
        Setup = files.Select(name =>
        {
            var path = Path.Combine(_home, name);
            File.WriteAllText(path, name);
            return new SetupStep(name, path, ContentHash.Of(File.ReadAllBytes(path)), ["run", "{file}"]) { Entry = name[0] };
        }).ToArray(),
    };

    private async Task<RunningServer> StartAsync(MadeUpEngine engine, CheckpointSpec spec)
    {
        using var area = new WorkArea(Directory.CreateDirectory(Path.Combine(_home, Guid.NewGuid().ToString("N"))).FullName);
        var job = new CheckpointJob
        {
            Spec = spec,
            Store = "store",
            Key = CheckpointKey.Of(spec),
            Engine = await engine.GetInfoAsync(default),
            Area = area,
            Progress = new Said(_said),
        };
        var restorer = new CheckpointRestorer(engine, new InstalledCheckpoints(_home));
        return await new SetupChain(engine, restorer, job, _steps).StartAsync(default);
    }
}
