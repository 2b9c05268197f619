namespace CrCache.Chaos.Blows;

/// <summary>CRIU, runc, crcache-runc, or the shim that has started them is killed in the middle of a dump or restore.</summary>
internal sealed class RuntimeKilled : IBlow
{
    public string Name => "runtime-killed";

    public int Weight => 6;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var name = strike.Choose("criu", "runc", "crcache-runc", "containerd-shim");
        strike.Say(name);
        using var client = field.StartSomething(strike);
        await strike.PauseAsync(strike.Longest / 2);
        while (!client.HasExited)
        {
            if (field.Engine.Named(name).ToArray() is { Length: > 0 } found)
            {
                strike.Say("SIGKILL");
                Client.Signal("KILL", found);
                break;
            }

            await Task.Delay(s_pause, strike.CancellationToken);
        }

        await client.EndAsync(strike.CancellationToken);
    }
}
