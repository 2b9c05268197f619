namespace CrCache.Chaos.Blows;

/// <summary>Archives of the store are damaged, or its index is gone.</summary>
internal sealed class StoreDamaged : IBlow
{
    public string Name => "store-damaged";

    public int Weight => 3;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var archives = Path.Combine(field.Alice.Home, "archives");
        switch (strike.Next(3))
        {
            case 0:
                strike.Say("the index is gone");
                foreach (var file in Directory.EnumerateFiles(field.Alice.Home, "index*"))
                {
                    File.Delete(file);
                }

                break;
            case 1:
                strike.Say("all archives are gone");
                Directory.Delete(archives, recursive: true);
                break;
            default:
                strike.Say("an archive is cut off");
                Cut(strike.Choose(Directory.GetFiles(archives, "*.checkpoint").Order(StringComparer.Ordinal).ToArray()));
                break;
        }

        // Puts aside what differs, and says so.
        using var verify = field.CrCache(field.Alice, "store", "verify");
        await verify.EndAsync(strike.CancellationToken);
    }

    // As a new file: the old one may be that of an item, too.
    private static void Cut(string archive)
    {
        var content = File.ReadAllBytes(archive);
        var mode = File.GetUnixFileMode(archive);
        File.Delete(archive);
        File.WriteAllBytes(archive, content[..(content.Length / 2)]);
        File.SetUnixFileMode(archive, mode);
    }
}
