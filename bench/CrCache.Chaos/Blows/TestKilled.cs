namespace CrCache.Chaos.Blows;

/// <summary><c>dotnet test</c> ends: itself, vstest.console, the test host, the lease, or all of them.</summary>
internal sealed class TestKilled : IBlow
{
    public string Name => "test-killed";

    public int Weight => 3;

    private const int Longest = 3500;
    private const string Itself = "dotnet test";
    private const string All = "all";

    public async Task StrikeAsync(Field field, Strike strike)
    {
        strike.TestsWithDotnet = true;
        await field.Project.BuildAsync(strike.CancellationToken);
        using var test = field.Project.StartTest();
        await strike.PauseAsync(Longest);
        var whom = strike.Choose(Itself, "vstest.console", "testhost", " lease ", All);
        strike.Say(whom.Trim());
        Client.Signal(strike.ChooseSignal(), Find(whom) is { Length: > 0 } found ? found : [test.Id]);
        await test.EndAsync(strike.CancellationToken);
    }

    private static int[] Find(string whom) => whom == Itself ? [] :
    [
        .. Field.Processes().Select(process => process.Id)
            .Where(id => whom == All || ProcessTable.Read(id, "cmdline").Replace('\0', ' ').Contains(whom, StringComparison.Ordinal)),
    ];
}
