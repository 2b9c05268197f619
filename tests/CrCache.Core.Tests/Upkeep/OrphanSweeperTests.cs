using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Upkeep;

namespace CrCache.Core.Tests.Upkeep;

/// <summary>What on an engine belongs to nothing, whatever a store remembers.</summary>
public sealed class OrphanSweeperTests : IDisposable
{
    private static readonly DateTimeOffset s_made = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly string s_id = new('a', 64);
    private readonly MadeUpEngine _engine = new();
    private readonly string _home = Directory.CreateTempSubdirectory("crcache orphans ").FullName;

    private InstalledCheckpoints Store => new(_home);

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task What_a_record_names_stays()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1, files: 2);
        Store.Save(installed);
        await SweepAsync();
        Assert.Equal([installed.Memory!.Dump], _engine.Dumps);
        Assert.Contains(installed.Memory.ImageName, _engine.Images);
        Assert.Contains(installed.Files!.ImageName, _engine.Images);
        Assert.Single(Store.List());
    }

    [Fact]
    public async Task A_dump_with_neither_image_nor_container_goes_whoever_made_it()
    {
        _engine.AddDump(s_id);
        await SweepAsync();
        Assert.Empty(_engine.Dumps);
        Assert.Empty(_engine.Containers);
        Assert.Equal([MadeUpEngine.BaseImage], _engine.Images);
    }

    [Fact]
    public async Task One_that_is_being_made_stays()
    {
        var maker = _engine.AddContainer(new ContainerDefinition
        {
            Name = "crcache-redis",
            Image = MadeUpEngine.BaseImage,
            Labels = ContainerLabels.Of(ContainerLabels.ForCheckpoint, "redis"),
        });
        _engine.AddDump(maker.Id);
        _engine.AddImage(CheckpointImageNames.Of(maker.Id), [], ImageLabels.Of(Store.StoreId(), "key", DateTimeOffset.UtcNow));
        await SweepAsync();
        Assert.Equal([maker.Id], _engine.Dumps);
        Assert.Contains(CheckpointImageNames.Of(maker.Id), _engine.Images);
    }

    [Fact]
    public async Task After_images_were_pruned_the_record_is_forgotten_and_its_dump_goes()
    {
        var installed = MadeUpSpecs.Installed(_engine, cold: 9, memory: 1, files: 2);
        Store.Save(installed);
        await _engine.RemoveImageAsync(installed.Memory!.ImageName, default);
        await SweepAsync();
        Assert.Empty(Store.List());
        Assert.Empty(_engine.Dumps);
        Assert.Equal([MadeUpEngine.BaseImage], _engine.Images);
    }

    [Fact]
    public async Task An_image_of_this_store_without_a_record_goes_with_its_dump_and_another_stores_stays()
    {
        var other = new string('b', 64);
        AddImage(s_id, Store.StoreId());
        AddImage(other, "another");
        await SweepAsync();
        Assert.Equal([other], _engine.Dumps);
        Assert.Contains(CheckpointImageNames.Of(other), _engine.Images);
        Assert.DoesNotContain(CheckpointImageNames.Of(s_id), _engine.Images);
        var listed = Assert.Single(await new OrphanSweeper(_engine, Store).ListAsync(default));
        Assert.Equal((CheckpointImageNames.Of(other), "another", s_made), (listed.Name, listed.Store, listed.Created));
        Assert.True(await new OrphanSweeper(_engine, Store).TryRemoveAsync(listed, default));
        Assert.Empty(_engine.Dumps);
        Assert.Equal([MadeUpEngine.BaseImage], _engine.Images);
    }

    [Fact]
    public async Task An_image_of_this_store_that_has_lost_its_name_goes_unless_a_container_is_of_it_or_it_is_being_made()
    {
        AddUntagged("free", 'b');
        var (used, made) = (AddUntagged("used", 'c'), AddUntagged("made", 'd'));
        var others = AddUntagged("another's", 'b', store: "another");
        _engine.AddContainer(new ContainerDefinition { Name = "somebody's", Image = used, Labels = new Dictionary<string, string>() });
        using (Store.TryLock(new string('d', 64)))
        {
            await SweepAsync();
        }

        Assert.Equal(new[] { others, MadeUpEngine.BaseImage, made, used }.Order(), _engine.Images.Order());
        Assert.Contains(await new OrphanSweeper(_engine, Store).ListAsync(default), part => part.Name == others);
    }

    [Fact]
    public async Task What_a_killed_process_was_writing_in_the_store_goes()
    {
        var (ended, living) = (OwnerTag.Current with { Started = "1" }, OwnerTag.Current);
        foreach (var owner in new[] { ended, living })
        {
            Directory.CreateDirectory(TemporaryOf(owner, "work"));
            Directory.CreateDirectory(Path.Combine(_home, "archives"));
            await File.WriteAllTextAsync(TemporaryOf(owner, "archives"), "half");
        }

        await SweepAsync();
        Assert.Equal([TemporaryOf(living, "work")], Directory.GetFileSystemEntries(Path.Combine(_home, "work")));
        Assert.Equal([TemporaryOf(living, "archives")], Directory.GetFileSystemEntries(Path.Combine(_home, "archives")));
    }

    [Fact]
    public async Task A_trial_image_of_a_process_that_has_ended_goes()
    {
        var ended = new Dictionary<string, string> { [ImageLabels.Owner] = (OwnerTag.Current with { Started = "1" }).ToString() };
        _engine.AddImage("crcache/trial:left", [], ended);
        _engine.AddImage("crcache/trial:used", [], ImageLabels.ForMoment());
        await SweepAsync();
        Assert.DoesNotContain("crcache/trial:left", _engine.Images);
        Assert.Contains("crcache/trial:used", _engine.Images);
    }

    [Fact]
    public async Task A_runtime_that_cannot_list_its_dumps_loses_none()
    {
        using var engine = new MadeUpEngine { CanList = false };
        engine.AddDump(s_id);
        await new OrphanSweeper(engine, Store).SweepAsync(default);
        Assert.Equal([s_id], engine.Dumps);
    }

    [Fact]
    public void A_store_keeps_its_id_and_a_new_one_gets_another()
    {
        var id = Store.StoreId();
        Assert.Equal(id, Store.StoreId());
        File.Delete(Path.Combine(_home, "id"));
        Assert.NotEqual(id, Store.StoreId());
    }

    private Task SweepAsync() => new OrphanSweeper(_engine, Store).SweepAsync(default);

    private string TemporaryOf(OwnerTag owner, string folder) =>
        Path.Combine(_home, folder, $".0123abcd.{Uri.EscapeDataString(owner.ToString())}.crcache.tmp");

    private string AddUntagged(string name, char key, string? store = null)
    {
        var id = $"sha256:{name}";
        _engine.AddImage(id, [], ImageLabels.Of(store ?? Store.StoreId(), new string(key, 64), s_made));
        return id;
    }

    private void AddImage(string id, string store)
    {
        _engine.AddImage(CheckpointImageNames.Of(id), [], ImageLabels.Of(store, "key", s_made));
        _engine.AddDump(id);
    }
}
