namespace CrCache.Chaos.Blows;

/// <summary>32 processes want the same checkpoint, which nobody has made.</summary>
internal sealed class ManyAtOnce : IBlow
{
    public string Name => "many-at-once";

    public int Weight => 1;

    private const int Processes = 32;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var item = strike.Item = field.NewItem();
        var all = Enumerable.Range(0, Processes)
            .Select(_ => field.CrCache(field.Alice, "checkpoint", "--item", item.File, "--json")).ToArray();
        foreach (var one in all)
        {
            await one.SucceedAsync(strike.CancellationToken);
        }

        var made = all.Count(one => one.Log.Contains("\"result\":\"made\"", StringComparison.Ordinal));
        foreach (var one in all)
        {
            one.Dispose();
        }

        if (made != 1)
        {
            throw new BrokenException($"{made} processes of {Processes} have made the same checkpoint");
        }
    }
}
