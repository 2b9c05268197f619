namespace CrCache.Chaos.Blows;

/// <summary>CRIU, runc or crcache-runc is taken away between two runs, and comes back.</summary>
internal sealed class ProgramMissing : IBlow
{
    public string Name => "program-missing";

    public int Weight => 3;

    private static readonly string[] s_folders = ["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin"];

    public async Task StrikeAsync(Field field, Strike strike)
    {
        var program = strike.Choose("criu", "runc", "crcache-runc");
        strike.Say(program);
        var files = s_folders.Select(folder => $"{field.Engine.Root}/{folder}/{program}").Where(File.Exists).ToArray();
        foreach (var file in files)
        {
            File.Move(file, file + ".away");
        }

        try
        {
            // A lower rung serves; without runc no container can be started at all.
            using var run = field.CrCache(field.Alice, ["run", "redis", "--", .. Field.CheckCommand()]);
            await (program == "runc" ? run.EndAsync(strike.CancellationToken) : run.SucceedAsync(strike.CancellationToken));
            using var client = field.StartSomething(strike);
            await client.EndAsync(strike.CancellationToken);
        }
        finally
        {
            foreach (var file in files)
            {
                File.Move(file + ".away", file);
            }
        }
    }
}
