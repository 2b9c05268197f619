namespace CrCache.Chaos.Blows;

/// <summary><c>crcache checkpoint</c> ends while it looks for one that is there.</summary>
internal sealed class FindingKilled : IBlow
{
    public string Name => "finding-killed";

    public int Weight => 4;

    private const int Longest = 200;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var finder = field.CrCache(field.Alice, "checkpoint", "--item", field.Standing.File, "--json");
        await strike.PauseAsync(Longest);
        finder.Signal(strike.ChooseSignal());
        await finder.EndAsync(strike.CancellationToken);
    }
}
