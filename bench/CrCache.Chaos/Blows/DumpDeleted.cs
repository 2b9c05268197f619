namespace CrCache.Chaos.Blows;

/// <summary>Dumps are deleted on the engine's machine.</summary>
internal sealed class DumpDeleted : IBlow
{
    public string Name => "dump-deleted";

    public int Weight => 3;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var dumps = Directory.GetDirectories(field.Engine.Dumps).Order(StringComparer.Ordinal).ToArray();
        var some = strike.Next(2) == 0 ? dumps : [strike.Choose(dumps)];
        strike.Say($"{some.Length} of {dumps.Length}");
        foreach (var dump in some)
        {
            Directory.Delete(dump, recursive: true);
        }

        // As tests do that are run without a build.
        await using var lease = await Lease.StartAsync(field, field.Standing, strike.CancellationToken);
        await lease.CheckAsync(strike.CancellationToken);
    }
}
