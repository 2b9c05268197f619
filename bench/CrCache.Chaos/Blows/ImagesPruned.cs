namespace CrCache.Chaos.Blows;

/// <summary><c>docker image prune -a</c>, at times while a checkpoint is made.</summary>
internal sealed class ImagesPruned : IBlow
{
    public string Name => "images-pruned";

    public int Weight => 3;

    private const string All = """{"dangling":{"false":true}}""";

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var client = strike.Next(2) == 0 ? field.StartSomething(strike) : null;
        await strike.PauseAsync(strike.Longest + 1);
        await field.Engine.Api.CallAsync(HttpMethod.Post, $"images/prune?filters={Uri.EscapeDataString(All)}", strike.CancellationToken);
        if (client is not null)
        {
            await client.EndAsync(strike.CancellationToken);
        }
    }
}
