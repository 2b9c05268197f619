namespace CrCache.Chaos.Blows;

/// <summary>A store is lost, as that of a machine of CI's; what the engine had of it is taken away by whoever says so.</summary>
internal sealed class StoreLost : IBlow
{
    public string Name => "store-lost";

    public int Weight => 2;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        using var client = strike.Next(2) == 0 ? field.StartSomething(strike) : null;
        await strike.PauseAsync(strike.Longest + 1);
        foreach (var folder in Directory.GetDirectories(field.Alice.Home))
        {
            Directory.Move(folder, $"{folder}.lost");
            Directory.Delete($"{folder}.lost", recursive: true);
        }

        foreach (var file in Directory.GetFiles(field.Alice.Home))
        {
            File.Delete(file);
        }

        if (client is not null)
        {
            await client.EndAsync(strike.CancellationToken);
        }

        await field.SucceedAsync(field.Alice, ["checkpoint", "redis"], strike.CancellationToken);
        await field.SucceedAsync(field.Alice, ["remove", "--foreign"], strike.CancellationToken);
    }
}
