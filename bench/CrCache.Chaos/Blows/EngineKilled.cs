namespace CrCache.Chaos.Blows;

/// <summary>dockerd is killed, at times with containerd, and comes back.</summary>
internal sealed class EngineKilled : IBlow
{
    public string Name => "engine-killed";

    public int Weight => 5;

    private static readonly string[][] s_names = [["dockerd"], ["dockerd"], ["dockerd", "containerd"], ["containerd"]];

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var client = field.StartSomething(strike);
        await strike.PauseAsync(strike.Longest);
        var names = strike.Choose(s_names);
        strike.Say($"SIGKILL of {string.Join(" and ", names)}");
        field.Engine.Signal("KILL", names);
        await client.EndAsync(strike.CancellationToken);
        await field.Engine.StartsContainersAsync(strike.CancellationToken);
        field.Forgotten = [.. field.Forgotten, .. new Leftovers(field).Mounts()];
    }
}
