namespace CrCache.Chaos.Blows;

/// <summary>A lease ends, or its client does, while tests use its container.</summary>
internal sealed class HeldLeaseKilled : IBlow
{
    public string Name => "held-lease-killed";

    public int Weight => 5;

    private const int Longest = 300;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        await using var lease = await Lease.StartAsync(field, field.Standing, strike.CancellationToken);
        await lease.CheckAsync(strike.CancellationToken);
        await strike.PauseAsync(Longest);
        switch (strike.Next(3))
        {
            case 0:
                strike.Say("its client went");
                await lease.CloseAsync();
                break;
            case 1:
                // Between the end of the connection and that of the container.
                strike.Say("its client went before");
                await lease.CloseAsync();
                await strike.PauseAsync(Longest * 2);
                lease.Process.Signal(strike.ChooseSignal());
                break;
            default:
                lease.Process.Signal(strike.ChooseSignal());
                break;
        }
    }
}
