namespace CrCache.Chaos.Blows;

/// <summary><c>crcache run</c> ends, before its command has started or while that runs.</summary>
internal sealed class RunKilled : IBlow
{
    public string Name => "run-killed";

    public int Weight => 6;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var run = field.CrCache(field.Alice, "run", "redis", "--", "sleep", "1");
        await strike.PauseAsync(field.Leasing * 2);
        run.Signal(strike.ChooseSignal());
        await run.EndAsync(strike.CancellationToken);
    }
}
