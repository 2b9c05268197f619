namespace CrCache.Chaos.Blows;

/// <summary>Two users of one engine: what one of them clears up, or leaves when it is killed, is nothing to the other.</summary>
internal sealed class TwoUsers : IBlow
{
    public string Name => "two-users";

    public int Weight => 2;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var end = strike.CancellationToken;
        await field.SucceedAsync(field.Bob, ["checkpoint", "redis"], end);
        var check = string.Join(' ', Field.CheckCommand().Select(word => $"'{word}'"));
        using var held = field.CrCache(field.Bob, "run", "redis", "--", "sh", "-c", $"sleep 1; {check}");
        using var struck = field.CrCache(field.Bob, "run", "redis", "--", "sleep", "30");
        using var mine = Lease.Start(field, field.Standing, Lease.NewSocket(field.Alice));
        await strike.PauseAsync(field.Leasing);
        var signal = strike.ChooseSignal();
        mine.Signal(signal);
        struck.Signal(signal);
        await mine.EndAsync(end);
        await struck.EndAsync(end);
        await field.SucceedAsync(field.Alice, ["remove", "redis"], end);
        await held.SucceedAsync(end);
        await field.SucceedAsync(field.Bob, ["checkpoint", "redis"], end);
        await field.SucceedAsync(field.Alice, ["checkpoint", "--item", field.Standing.File], end);
        await field.SucceedAsync(field.Alice, ["checkpoint", "redis"], end);
    }
}
