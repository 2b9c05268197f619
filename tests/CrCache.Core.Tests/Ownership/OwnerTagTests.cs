using CrCache.Engines;
using CrCache.Ownership;
using CrCache.Upkeep;

namespace CrCache.Core.Tests.Ownership;

public sealed class OwnerTagTests
{
    private const int NotPermitted = 1; // EPERM
    private const int NoSuchProcess = 3; // ESRCH
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void This_process_lives() => Assert.Equal(OwnerState.Lives, OwnerTag.Current.State());

    [Fact]
    public void It_survives_being_written_and_read() =>
        Assert.Equal(OwnerTag.Current, OwnerTag.Parse(OwnerTag.Current.ToString()));

    [Fact]
    public void That_of_an_earlier_version_can_be_read_and_says_nothing_certain()
    {
        var tag = OwnerTag.Current;
        var old = OwnerTag.Parse($"{tag.Machine}/{tag.Boot}/{tag.Namespace}/{tag.ProcessId}/{tag.Started}");
        Assert.Equal(tag with { MachineId = "" }, old);
        Assert.Equal(OwnerState.Unknown, old!.State());
    }

    [Fact]
    public void A_process_of_another_start_time_has_ended() =>
        Assert.Equal(OwnerState.Ended, (OwnerTag.Current with { Started = "1" }).State());

    [Fact]
    public void A_process_that_is_not_there_has_ended() =>
        Assert.Equal(OwnerState.Ended, (OwnerTag.Current with { ProcessId = int.MaxValue }).State());

    [Fact]
    public void Another_boot_another_machine_and_another_namespace_cannot_be_judged()
    {
        Assert.Equal(OwnerState.Unknown, (OwnerTag.Current with { Boot = "another" }).State());
        Assert.Equal(OwnerState.Unknown, (OwnerTag.Current with { Namespace = "pid:[1]", Started = "1" }).State());

        // Names are not unique: that of the machine decides nothing.
        Assert.Equal(OwnerState.Unknown, (OwnerTag.Current with { MachineId = "another", Started = "1" }).State());
        Assert.Equal(OwnerState.Lives, (OwnerTag.Current with { Machine = "renamed" }).State());
    }

    [Theory]
    [InlineData("S", "77", 0, nameof(OwnerState.Lives))]
    [InlineData("S", "78", 0, nameof(OwnerState.Ended))]
    [InlineData("Z", "77", 0, nameof(OwnerState.Ended))]
    [InlineData(null, null, NotPermitted, nameof(OwnerState.Lives))] // hidepid: another user's
    [InlineData(null, null, 0, nameof(OwnerState.Lives))]
    [InlineData(null, null, NoSuchProcess, nameof(OwnerState.Ended))]
    public void Where_proc_cannot_be_read_a_signal_says_whether_it_is_there(string? state, string? started, int error, string expected)
    {
        var stat = state is null ? null : $"12 (a ) b) {state} {string.Join(' ', Enumerable.Range(4, 18))} {started} 0 0";
        var judged = (OwnerTag.Current with { Started = "77" }).Judge(stat, () => error);
        Assert.Equal(expected, judged.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("a/b/c/not-a-number/d")]
    [InlineData("a/b/c/d/not-a-number/e")]
    public void A_container_whose_owner_cannot_be_read_is_not_ours(string owner) =>
        Assert.False(LeftoverSweeper.IsLeftover(Container(owner, Now.AddYears(-1)), Now));

    [Fact]
    public void A_container_of_a_living_process_is_no_leftover() =>
        Assert.False(LeftoverSweeper.IsLeftover(Container(OwnerTag.Current.ToString(), Now), Now));

    [Fact]
    public void A_container_of_another_machine_is_one_after_a_day()
    {
        var owner = (OwnerTag.Current with { MachineId = "another" }).ToString();
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
