using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Upkeep;

namespace CrCache.Core.Tests;

public sealed class OwnerTagTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void This_process_lives() => Assert.False(OwnerTag.Current.HasEnded());

    [Fact]
    public void It_survives_being_written_and_read() =>
        Assert.Equal(OwnerTag.Current, OwnerTag.Parse(OwnerTag.Current.ToString()));

    [Fact]
    public void A_process_of_another_start_time_has_ended() =>
        Assert.True((OwnerTag.Current with { Started = "1" }).HasEnded());

    [Fact]
    public void A_process_of_another_boot_has_ended() =>
        Assert.True((OwnerTag.Current with { Boot = "another" }).HasEnded());

    [Fact]
    public void A_process_of_another_machine_cannot_be_judged() =>
        Assert.False((OwnerTag.Current with { Machine = "another", Started = "1" }).HasEnded());

    [Fact]
    public void A_process_of_another_process_id_namespace_cannot_be_judged() =>
        Assert.False((OwnerTag.Current with { Namespace = "pid:[1]", Started = "1" }).HasEnded());

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("a/b/c/not-a-number/d")]
    public void A_container_whose_owner_cannot_be_read_is_a_leftover(string owner) =>
        Assert.True(LeftoverSweeper.IsLeftover(Container(owner, Now), Now));

    [Fact]
    public void A_container_of_a_living_process_is_none() =>
        Assert.False(LeftoverSweeper.IsLeftover(Container(OwnerTag.Current.ToString(), Now), Now));

    [Fact]
    public void A_container_of_another_machine_is_one_after_a_day()
    {
        var owner = (OwnerTag.Current with { Machine = "another" }).ToString();
        Assert.False(LeftoverSweeper.IsLeftover(Container(owner, Now.AddHours(-23)), Now));
        Assert.True(LeftoverSweeper.IsLeftover(Container(owner, Now.AddHours(-25)), Now));
    }

    [Fact]
    public void A_container_of_a_process_that_lives_here_is_none_however_old()
    {
        var owner = OwnerTag.Current.ToString();
        Assert.False(LeftoverSweeper.IsLeftover(Container(owner, Now.AddDays(-30)), Now));
    }

    [Fact]
    public void What_a_process_of_another_process_id_namespace_has_made_is_left_after_a_day()
    {
        var owner = (OwnerTag.Current with { Namespace = "pid:[1]" }).ToString();
        Assert.False(LeftoverSweeper.IsLeftover(Container(owner, Now.AddHours(-23)), Now));
        Assert.True(LeftoverSweeper.IsLeftover(Container(owner, Now.AddHours(-25)), Now));
    }

    private static ContainerSummary Container(string owner, DateTimeOffset created) =>
        new("id", "name", "image", created, new Dictionary<string, string> { [ContainerLabels.Owner] = owner });
}
