namespace CrCache.Chaos.Blows;

/// <summary><c>dotnet build</c> ends: MSBuild alone, <c>crcache</c> below it, or all of them.</summary>
internal sealed class BuildKilled : IBlow
{
    public string Name => "build-killed";

    public int Weight => 2;

    private const int Longest = 6000;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        strike.TestsWithDotnet = true;
        field.Project.Sow();
        using var build = field.Project.StartBuild();
        await strike.PauseAsync(Longest);
        var whom = strike.Choose("MSBuild", "crcache", "all");
        strike.Say(whom);
        var tree = ProcessTable.Tree(build.Id);
        var below = tree.Where(id => ProcessTable.Read(id, "comm") == "crcache\n").ToArray();
        Client.Signal(strike.ChooseSignal(), whom == "MSBuild" ? [build.Id] : whom == "crcache" && below.Length > 0 ? below : tree);
        await build.EndAsync(strike.CancellationToken);
    }
}
