namespace CrCache.Chaos.Blows;

/// <summary><c>crcache lease</c> ends while it restores.</summary>
internal sealed class LeaseKilled : IBlow
{
    public string Name => "lease-killed";

    public int Weight => 10;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var lease = Lease.Start(field, field.Standing, Lease.NewSocket(field.Alice));
        await strike.PauseAsync(field.Leasing);
        lease.Signal(strike.ChooseSignal());
        await lease.EndAsync(strike.CancellationToken);
    }
}
