namespace CrCache.Chaos.Blows;

/// <summary>The engine's disk is full, or becomes full while a checkpoint is made.</summary>
internal sealed class EngineFull : IBlow
{
    public string Name => "engine-full";

    public int Weight => 3;

    private const int Most = 12_000_000;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var disk = $"{field.Engine.Root}/var/lib/docker";
        var room = strike.Next(Most);
        strike.Say($"{room} bytes are free");
        var free = new DriveInfo(disk).AvailableFreeSpace;
        await Field.RunAsync(["fallocate", "--length", $"{free - room}", $"{disk}/filler"], strike.CancellationToken);
        try
        {
            using var client = field.StartSomething(strike);
            await client.EndAsync(strike.CancellationToken);
        }
        finally
        {
            File.Delete($"{disk}/filler");
        }
    }
}
