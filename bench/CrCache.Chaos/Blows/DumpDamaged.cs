namespace CrCache.Chaos.Blows;

/// <summary>A file of each dump is cut off, emptied or deleted on the engine's machine.</summary>
internal sealed class DumpDamaged : IBlow
{
    public string Name => "dump-damaged";

    public int Weight => 3;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        foreach (var dump in Directory.GetDirectories(field.Engine.Dumps))
        {
            var file = strike.Choose(Directory.GetFiles(dump, "*.img").Order(StringComparer.Ordinal).ToArray());
            strike.Say(Path.GetFileName(file));
            Damage(file, strike);
        }

        await using var lease = await Lease.StartAsync(field, field.Standing, strike.CancellationToken);
        await lease.CheckAsync(strike.CancellationToken);
    }

    private static void Damage(string file, Strike strike)
    {
        var length = new FileInfo(file).Length;
        switch (strike.Next(3))
        {
            case 0:
                strike.Say("deleted");
                File.Delete(file);
                break;
            case 1:
                strike.Say("emptied");
                File.WriteAllBytes(file, []);
                break;
            default:
                strike.Say("cut off");
                using (var stream = File.OpenWrite(file))
                {
                    stream.SetLength(length / 2);
                }

                break;
        }
    }
}
