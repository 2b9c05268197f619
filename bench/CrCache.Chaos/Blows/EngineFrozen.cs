namespace CrCache.Chaos.Blows;

/// <summary>dockerd hangs, and goes on later.</summary>
internal sealed class EngineFrozen : IBlow
{
    public string Name => "engine-frozen";

    public int Weight => 2;

    private static readonly int[] s_seconds = [1, 3, 12];

    private static readonly TimeSpan s_backlog = TimeSpan.FromSeconds(2);

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var client = field.StartSomething(strike);
        await strike.PauseAsync(strike.Longest);
        var seconds = strike.Choose(s_seconds);
        strike.Say($"dockerd stopped for {seconds} s");
        field.Engine.Signal("STOP", "dockerd");
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), strike.CancellationToken);
        }
        finally
        {
            field.Engine.Signal("CONT", "dockerd");
        }

        await client.EndAsync(strike.CancellationToken);

        // It still does what it was asked for before: a container may appear whose owner has given up long ago.
        await Task.Delay(s_backlog, strike.CancellationToken);
    }
}
