using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Upkeep;

namespace CrCache.Core.Tests.Upkeep;

/// <summary>Whose containers are leftovers, and what goes with them.</summary>
public sealed class LeftoverSweeperTests : IDisposable
{
    private static readonly OwnerTag s_ended = OwnerTag.Current with { Started = "1" };
    private readonly MadeUpEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task What_a_process_has_left_goes_with_its_dump_and_its_images()
    {
        var left = Add(s_ended, ContainerLabels.ForCheckpoint);
        _engine.AddDump(left.Id);
        _engine.AddImage(CheckpointImageNames.Of(left.Id), []);
        _engine.AddImage(CheckpointImageNames.CleanOf(left.Id), []);
        Assert.Equal([left.Definition.Name], await LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Empty(_engine.Containers);
        Assert.Empty(_engine.Dumps);
        Assert.Equal([MadeUpEngine.BaseImage], _engine.Images);
    }

    [Fact]
    public async Task What_a_living_process_of_this_machine_has_stays_however_old_it_is()
    {
        Add(OwnerTag.Current, ContainerLabels.ForLease).Created -= TimeSpan.FromDays(30);
        Assert.Empty(await LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Single(_engine.Containers);
    }

    [Theory]
    [InlineData(23, true)]
    [InlineData(25, false)]
    public async Task What_is_another_machines_stays_for_a_day(int hours, bool stays)
    {
        Add(s_ended with { MachineId = "another" }, ContainerLabels.ForLease).Created -= TimeSpan.FromHours(hours);
        await LeftoverSweeper.SweepAsync(_engine, default);
        Assert.Equal(stays, _engine.Containers.Count == 1);
    }

    [Fact]
    public async Task The_age_of_what_cannot_be_seen_is_by_the_engines_clock()
    {
        using var engine = new MadeUpEngine { ClockAhead = TimeSpan.FromHours(-24) };
        var left = engine.AddContainer(Definition(Labels(s_ended with { MachineId = "another" }, ContainerLabels.ForLease)));
        left.Created -= TimeSpan.FromHours(40);
        Assert.Empty(await LeftoverSweeper.SweepAsync(engine, default));
        Assert.Single(engine.Containers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task Somebodys_own_container_of_an_image_with_our_labels_stays(string owner)
    {
        _engine.AddContainer(Definition(new Dictionary<string, string>
        {
            [ContainerLabels.Purpose] = ContainerLabels.ForLease,
            [ContainerLabels.Owner] = owner,
        }));
        Assert.Empty(await LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Single(_engine.Containers);
        Assert.Empty(await ContainerInventory.ListAsync(_engine, default));
    }

    [Fact]
    public async Task The_container_stays_as_long_as_an_image_of_it_cannot_be_removed()
    {
        var left = Add(s_ended, ContainerLabels.ForCheckpoint);
        _engine.AddDump(left.Id);
        _engine.AddImage(CheckpointImageNames.Of(left.Id), []);
        _engine.Fail(nameof(IEngine.RemoveImageAsync), "no space left on device");
        Assert.Empty(await LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Contains(left.Id, _engine.Containers.Select(container => container.Id));

        _engine.Script.Clear();
        Assert.Single(await LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Empty(_engine.Containers);
        Assert.Empty(_engine.Dumps);
        Assert.Equal([MadeUpEngine.BaseImage], _engine.Images);
    }

    [Fact]
    public async Task One_that_cannot_be_removed_keeps_no_other_from_it()
    {
        var stuck = Add(s_ended, ContainerLabels.ForLease);
        var other = Add(s_ended, ContainerLabels.ForLease);
        _engine.Fail(nameof(IEngine.RemoveContainerAsync), "device is busy", call => call.Subject == stuck.Id);
        Assert.Equal([other.Definition.Name], await LeftoverSweeper.SweepAsync(_engine, default));
    }

    [Fact]
    public async Task Containers_of_others_are_left_alone()
    {
        _engine.AddContainer(Definition(new Dictionary<string, string> { ["somebody"] = "else" }));
        Assert.Empty(await LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Single(_engine.Containers);
    }

    [Fact]
    public async Task An_engine_without_the_runtime_has_no_dump_to_remove()
    {
        using var engine = new MadeUpEngine { HasRuntime = false };
        engine.AddContainer(Definition(Labels(s_ended, ContainerLabels.ForCheckpoint)));
        Assert.Single(await LeftoverSweeper.SweepAsync(engine, default));
        Assert.Empty(engine.Containers);
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_is_an_error()
    {
        _engine.Fail(nameof(IEngine.ListContainersAsync), "nobody there", code: ErrorCodes.NoEngine);
        var error = await Assert.ThrowsAsync<CrCacheException>(() => LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Equal(ErrorCodes.NoEngine, error.Code);
    }

    private static Dictionary<string, string> Labels(OwnerTag owner, string purpose)
    {
        var labels = ContainerLabels.Of(purpose, "redis");
        labels[ContainerLabels.Owner] = owner.ToString();
        return labels;
    }

    private static ContainerDefinition Definition(Dictionary<string, string> labels) => new()
    {
        Name = $"crcache-{Guid.NewGuid():N}",
        Image = MadeUpEngine.BaseImage,
        Labels = labels,
    };

    private MadeUpContainer Add(OwnerTag owner, string purpose) => _engine.AddContainer(Definition(Labels(owner, purpose)));
}
