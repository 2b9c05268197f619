using CrCache.Diagnostics;
using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Upkeep;

namespace CrCache.Core.Tests.Upkeep;

/// <summary>Whose containers are leftovers, and what goes with them.</summary>
public sealed class LeftoverSweeperTests : IDisposable
{
    private static readonly OwnerTag s_ended = OwnerTag.Current with { Boot = "an earlier one" };
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
        Add(s_ended with { Machine = "another" }, ContainerLabels.ForLease).Created -= TimeSpan.FromHours(hours);
        await LeftoverSweeper.SweepAsync(_engine, default);
        Assert.Equal(stays, _engine.Containers.Count == 1);
    }

    [Fact]
    public async Task What_has_no_owner_that_can_be_read_is_a_leftover()
    {
        _engine.AddContainer(Definition(new Dictionary<string, string> { [ContainerLabels.Purpose] = ContainerLabels.ForLease }));
        Assert.Single(await LeftoverSweeper.SweepAsync(_engine, default));
        Assert.Empty(_engine.Containers);
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
