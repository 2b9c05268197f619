namespace CrCache.Chaos.Blows;

/// <summary><c>dotnet clean</c> while the tests run, or while they are built.</summary>
internal sealed class CleanMeanwhile : IBlow
{
    public string Name => "clean-meanwhile";

    public int Weight => 1;

    private const int Longest = 4000;

    public async Task StrikeAsync(Field field, Strike strike)
    {
        strike.TestsWithDotnet = true;
        using var test = strike.Next(2) == 0 ? field.Project.StartTest() : field.Project.StartBuild();
        await strike.PauseAsync(Longest);
        using var clean = field.Project.Start("clean", "--nologo", "-v:q");
        await clean.EndAsync(strike.CancellationToken);
        await test.EndAsync(strike.CancellationToken);
    }
}
