namespace CrCache.Sdk.Tests;

/// <summary>NUnit and MSTest, and several assemblies in one call of <c>dotnet vstest</c>.</summary>
[Collection(SamplesGroup.Name)]
public sealed class FrameworkTests(SamplesFixture samples)
{
    private readonly Sample _nunit = new(Path.Combine(samples.Frameworks, "NUnit.Tests"), "NUnit.Tests");
    private readonly Sample _mstest = new(Path.Combine(samples.Frameworks, "MSTest.Tests"), "MSTest.Tests");

    [EngineFact]
    public async Task Tests_of_NUnit_and_MSTest_get_their_containers()
    {
        await EnsureBuiltAsync();
        Each((await DotNet.RunAsync(samples.Frameworks, "test", "--no-build")).Succeeded());
    }

    [EngineFact]
    public async Task Without_run_settings_each_assembly_gets_its_own()
    {
        await EnsureBuiltAsync();
        Each((await VSTestAsync()).Succeeded());
    }

    [EngineFact]
    public async Task With_run_settings_of_the_user_each_assembly_gets_its_own()
    {
        await EnsureBuiltAsync();
        var settings = Path.Combine(samples.Frameworks, "my.runsettings");
        File.WriteAllText(settings, "<RunSettings />");
        Each((await VSTestAsync($"--Settings:{settings}")).Succeeded());
    }

    [EngineFact]
    public async Task With_the_run_settings_of_one_each_assembly_gets_its_own()
    {
        await EnsureBuiltAsync();
        Each((await VSTestAsync($"--Settings:{_nunit.File("crcache.runsettings")}")).Succeeded());
    }

    [EngineFact]
    public async Task Looking_for_tests_starts_nothing()
    {
        await EnsureBuiltAsync();
        (await VSTestAsync("--ListTests")).Succeeded().Says(2, "(\"not yet known\")");
        Assert.False(File.Exists(_nunit.Report));
        Assert.False(File.Exists(_mstest.Report));
    }

    private async Task EnsureBuiltAsync()
    {
        if (!File.Exists(_mstest.Assembly))
        {
            (await DotNet.RunAsync(samples.Frameworks, "build")).Succeeded();
        }

        File.Delete(_nunit.Report);
        File.Delete(_mstest.Report);
    }

    private Task<CommandResult> VSTestAsync(params string[] arguments) =>
        DotNet.RunAsync(samples.Frameworks, ["vstest", _nunit.Assembly, _mstest.Assembly, .. arguments]);

    // The tests themselves fail where they see each other's data.
    private void Each(CommandResult result)
    {
        result.Says(2, "Passed:     2,");
        Assert.Contains("\"redis\"", File.ReadAllText(_nunit.Report), StringComparison.Ordinal);
        Assert.Contains("\"redis\"", File.ReadAllText(_mstest.Report), StringComparison.Ordinal);
    }
}
