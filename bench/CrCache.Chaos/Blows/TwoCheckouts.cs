namespace CrCache.Chaos.Blows;

/// <summary>Two checkouts want the same checkpoint while what there is of it is removed.</summary>
internal sealed class TwoCheckouts : IBlow
{
    public string Name => "two-checkouts";

    public int Weight => 3;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var mine = field.NewItem();
        var other = strike.Item = RedisItem.Write(Path.Combine(field.Alice.Folder, "items", $"other-{mine.Value}"), mine.Value);
        using var first = field.CrCache(field.Alice, "checkpoint", "--item", mine.File, "--json");
        await strike.PauseAsync(field.Making);
        using var second = field.CrCache(field.Alice, "checkpoint", "--item", other.File, "--json");
        await strike.PauseAsync(field.Making);
        string[][] choices = [["store", "prune", "--all"], ["remove", "--all"], ["store", "verify"]];
        var words = strike.Choose(choices);
        strike.Say(string.Join(' ', words));
        using var meanwhile = field.CrCache(field.Alice, words);
        await first.SucceedAsync(strike.CancellationToken);
        await second.SucceedAsync(strike.CancellationToken);
        await meanwhile.EndAsync(strike.CancellationToken);
        await using var lease = await Lease.StartAsync(field, mine, strike.CancellationToken);
        await lease.CheckAsync(strike.CancellationToken);
    }
}
