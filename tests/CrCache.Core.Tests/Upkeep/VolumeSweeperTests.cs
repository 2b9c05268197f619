using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Upkeep;

namespace CrCache.Core.Tests.Upkeep;

/// <summary>Which volumes that no container has are leftovers.</summary>
public sealed class VolumeSweeperTests : IDisposable
{
    private static readonly OwnerTag s_ended = OwnerTag.Current with { Started = "1" };
    private readonly MadeUpEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Those_of_ended_processes_go_and_those_of_living_ones_and_of_others_stay()
    {
        Add("ended", s_ended.ToString());
        Add("lives", OwnerTag.Current.ToString());
        Add("nonsense", "somebody");
        _engine.AddVolume(new VolumeSummary("somebody's", DateTimeOffset.MinValue, new Dictionary<string, string>()));
        await VolumeSweeper.SweepAsync(_engine, default);
        Assert.Equal(["lives", "nonsense", "somebody's"], _engine.Volumes.Order());
    }

    [Theory]
    [InlineData(23, true)]
    [InlineData(25, false)]
    public async Task Those_of_another_machine_stay_for_a_day(int hours, bool stays)
    {
        Add("another's", (s_ended with { MachineId = "another" }).ToString(), DateTimeOffset.UtcNow.AddHours(-hours));
        await VolumeSweeper.SweepAsync(_engine, default);
        Assert.Equal(stays, _engine.Volumes.Any());
    }

    [Fact]
    public async Task One_that_cannot_be_removed_keeps_no_other_from_it()
    {
        Add("a", s_ended.ToString());
        Add("b", s_ended.ToString());
        _engine.Fail(nameof(IEngine.RemoveVolumeAsync), "volume is in use", call => call.Subject == "a");
        await VolumeSweeper.SweepAsync(_engine, default);
        Assert.Equal(["a"], _engine.Volumes);
    }

    private void Add(string name, string owner, DateTimeOffset? created = null) => _engine.AddVolume(new VolumeSummary(
        name, created ?? DateTimeOffset.UtcNow, new Dictionary<string, string> { [ContainerLabels.Owner] = owner }));
}
