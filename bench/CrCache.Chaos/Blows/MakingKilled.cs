namespace CrCache.Chaos.Blows;

/// <summary><c>crcache checkpoint</c> ends in the middle of making one.</summary>
internal sealed class MakingKilled : IBlow
{
    public string Name => "making-killed";

    public int Weight => 8;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        strike.Item = field.NewItem();
        using var maker = field.CrCache(field.Alice, "checkpoint", "--item", strike.Item.File, "--json");
        await strike.PauseAsync(field.Making);
        maker.Signal(strike.ChooseSignal());
        await maker.EndAsync(strike.CancellationToken);
    }
}
