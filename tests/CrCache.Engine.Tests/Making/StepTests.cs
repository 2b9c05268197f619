using CrCache.Diagnostics;
using CrCache.Keys;
using CrCache.Presets;
using CrCache.Specs;
using CrCache.Upkeep;

namespace CrCache.Engine.Tests.Making;

/// <summary>Checkpoints that are made step by step, each on top of the one before.</summary>
[Collection(EngineTests.Name)]
public sealed class StepTests(EngineFixture fixture) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crcache steps ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Requires(Need.Engine)]
    public async Task Each_step_runs_once_and_the_archive_has_what_all_of_them_did()
    {
        await using var store = new TestStore(fixture.Engine);
        var first = await SpecAsync(
            "redis-cli set a 1; mkdir /srv/kept; echo old >/srv/file; ln /srv/file /srv/other; echo x >/srv/gone; echo one >/data/volume",
            "rm /srv/gone; echo new >/srv/file; rm -r /srv/kept; echo instead >/srv/kept; redis-cli set b 2; echo two >>/data/volume");
        var lines = await BuildAsync(store, first);
        Assert.Equal(["starting redis:8", "running 1.sh", "running 2.sh"], Work(lines));
        var steps = store.Checkpoints.List().Where(stored => stored.IsStep).ToArray();
        Assert.Equal(2, steps.Length);
        Assert.All(steps, step => Assert.InRange(step.EngineBytes, 500_000, 50_000_000));
        foreach (var step in steps)
        {
            // They stay on the engine, like all dumps, for those only who know their secrets.
            var error = await Assert.ThrowsAsync<CrCacheException>(
                () => fixture.StartFromDumpAsync(step.Memory!.ImageName, step.Memory.Dump));
            Assert.Contains("is restored only for who knows its secret", error.Message, StringComparison.Ordinal);
        }

        // Another project, with another set-up of the same server: nothing is started cold. The plain preset is there as well.
        Assert.Equal(["running 1.sh"], Work(await BuildAsync(store, await SpecAsync("redis-cli set other 1"))));
        Assert.Empty(Work(await BuildAsync(store, await SpecAsync())));
        Assert.Single(store.Checkpoints.List(), stored => stored.IsStep);

        // From the archive alone, as on another machine.
        foreach (var stored in store.Checkpoints.List())
        {
            await new CheckpointRemover(fixture.Engine, store.Checkpoints).RemoveAsync(stored, new Progress<string>(), default);
        }

        Assert.Empty(Work(await BuildAsync(store, first)));
        await using var copy = await store.RestoreAsync(first);
        Assert.Equal(Rung.Memory, copy.Rung);
        Assert.Equal("1\n2", await copy.ShellAsync("redis-cli get a; redis-cli get b"));
        Assert.Equal(
            "new\nold\ninstead\none\ntwo",
            await copy.ShellAsync("cat /srv/file /srv/other /srv/kept /data/volume; test ! -e /srv/gone"));

        // A step that only the store has is brought back rather than made.
        var changed = await SpecAsync("redis-cli set changed 1");
        var changedLines = await BuildAsync(store, changed);
        Assert.Equal(["running 1.sh"], Work(changedLines));
    }

    [Requires(Need.Engine)]
    public async Task What_is_probed_from_outside_is_on_the_network_in_each_step()
    {
        await using var store = new TestStore(fixture.Engine);
        var spec = await SpecAsync("test -e /sys/class/net/eth0 && redis-cli set a 1") with { Ready = new ReadyProbe { Tcp = "tcp" } };
        Assert.Equal(["starting redis:8", "running 1.sh"], Work(await BuildAsync(store, spec)));
        await using var copy = await store.RestoreAsync(spec);
        Assert.Equal((Rung.Memory, "1"), (copy.Rung, await copy.ShellAsync("redis-cli get a")));
    }

    private static string[] Work(IEnumerable<string> lines)
    {
        string[] work = ["starting", "running"];
        return lines.Where(line => work.Any(word => line.StartsWith(word, StringComparison.Ordinal))).ToArray();
    }

    private async Task<IReadOnlyCollection<string>> BuildAsync(TestStore store, CheckpointSpec spec) =>
        (await store.BuildAsync(spec, Path.Combine(_folder, CheckpointKey.Of(spec) + ".checkpoint"))).Lines;

    private async Task<CheckpointSpec> SpecAsync(params string[] scripts)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;
        var names = new List<string>();
        foreach (var script in scripts)
        {
            names.Add($"{names.Count + 1}.sh");
            await File.WriteAllTextAsync(Path.Combine(folder, names[^1]), script + "\n");
        }

        var metadata = new Dictionary<string, string> { ["Environment"] = "TEST=steps" };
        if (names.Count > 0)
        {
            metadata["Setup"] = string.Join(';', names);
        }

        var item = new CheckpointItem { Name = "redis", Directory = folder, Metadata = metadata };
        return await new SpecResolver(fixture.Engine).ResolveAsync(item, new Progress<string>(), default);
    }
}
