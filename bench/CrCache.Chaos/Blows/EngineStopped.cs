namespace CrCache.Chaos.Blows;

/// <summary>dockerd is stopped as for an update, and started again.</summary>
internal sealed class EngineStopped : IBlow
{
    public string Name => "engine-stopped";

    public int Weight => 3;

    private const int Longest = 1500;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var client = field.StartSomething(strike);
        await strike.PauseAsync(strike.Longest);
        strike.Say("SIGTERM of dockerd");
        field.Engine.Hold();
        field.Engine.Signal("TERM", "dockerd");
        await strike.PauseAsync(Longest);
        field.Engine.Release();
        await client.EndAsync(strike.CancellationToken);
        await field.Engine.AnswersAsync(strike.CancellationToken);
    }
}
