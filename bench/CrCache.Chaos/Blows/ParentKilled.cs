namespace CrCache.Chaos.Blows;

/// <summary>The build that has started a lease ends before anybody has connected to that.</summary>
internal sealed class ParentKilled : IBlow
{
    public string Name => "parent-killed";

    public int Weight => 3;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var parent = field.Start(field.Alice, null, ["sleep", "60"]);
        using var lease = Lease.Start(field, field.Standing, Lease.NewSocket(field.Alice), parent.Id);
        await strike.PauseAsync(field.Leasing * 2);
        parent.Signal(strike.ChooseSignal());
        await parent.EndAsync(strike.CancellationToken);
        await lease.EndAsync(strike.CancellationToken);
    }
}
