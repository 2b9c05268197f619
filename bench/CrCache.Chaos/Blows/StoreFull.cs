namespace CrCache.Chaos.Blows;

/// <summary>The disk of the store, of obj and of temporary files is full, or becomes full while a checkpoint is made.</summary>
internal sealed class StoreFull : IBlow
{
    public string Name => "store-full";

    public int Weight => 3;

    private const int Most = 8_000_000;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var filler = Path.Combine(field.Folder, "filler");
        var room = strike.Next(Most);
        strike.Say($"{room} bytes are free");
        var free = new DriveInfo(field.Folder).AvailableFreeSpace;
        await Field.RunAsync(["fallocate", "--length", $"{free - room}", filler], strike.CancellationToken);
        try
        {
            using var client = field.StartSomething(strike);
            await client.EndAsync(strike.CancellationToken);
        }
        finally
        {
            File.Delete(filler);
        }
    }
}
