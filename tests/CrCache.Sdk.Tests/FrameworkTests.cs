namespace CrCache.Sdk.Tests;

/// <summary>NUnit, MSTest and xunit.v3, and several assemblies in one call of <c>dotnet vstest</c>.</summary>
[Collection(SamplesGroup.Name)]
public sealed class FrameworkTests(SamplesFixture samples)
{
    private readonly Sample[] _all =
    [
        .. new[] { "NUnit.Tests", "MSTest.Tests", "XunitV3.Tests" }
            .Select(name => new Sample(Path.Combine(samples.Frameworks, name), name)),
    ];

    [Requires(Need.Engine)]
    public async Task Tests_of_NUnit_MSTest_and_xunit_v3_get_their_containers()
    {
        await EnsureBuiltAsync();
        Each((await DotNet.RunAsync(samples.Frameworks, "test", "--no-build")).Succeeded());
    }

    [Requires(Need.Engine)]
    public async Task Without_run_settings_each_assembly_gets_its_own()
    {
        await EnsureBuiltAsync();
        Each((await VSTestAsync()).Succeeded());
    }

    [Requires(Need.Engine)]
    public async Task With_run_settings_of_the_user_each_assembly_gets_its_own()
    {
        await EnsureBuiltAsync();
        var settings = Path.Combine(samples.Frameworks, "my.runsettings");
        File.WriteAllText(settings, "<RunSettings />");
        Each((await VSTestAsync($"--Settings:{settings}")).Succeeded());
    }

    [Requires(Need.Engine)]
    public async Task With_the_run_settings_of_one_each_assembly_gets_its_own()
    {
        await EnsureBuiltAsync();
        Each((await VSTestAsync($"--Settings:{_all[0].File("crcache.runsettings")}")).Succeeded());
    }

    [Requires(Need.Engine)]
    public async Task Looking_for_tests_starts_nothing()
    {
        await EnsureBuiltAsync();
        (await VSTestAsync("--ListTests")).Succeeded().Says(2, "(\"not yet known\")").Says(_all.Length, "CountsForItselfAlone");
        Assert.All(_all, sample => Assert.False(File.Exists(sample.Report)));
    }

    [Requires(Need.Engine)]
    public async Task Tests_that_are_a_program_of_their_own_get_their_containers()
    {
        await EnsureBuiltAsync();
        var program = _all.Single(sample => sample.Project == "XunitV3.Tests");
        (await program.RunAsync(program.Assembly, "-list", "full")).Succeeded().Says("CountsForItselfAlone");
        Assert.False(File.Exists(program.Report));

        (await program.RunAsync(program.Assembly)).Succeeded().Says("Total: 2, Errors: 0, Failed: 0");
        Assert.True(File.Exists(program.Report));
    }

    private async Task EnsureBuiltAsync()
    {
        if (!_all.All(sample => File.Exists(sample.Assembly)))
        {
            (await DotNet.RunAsync(samples.Frameworks, "build")).Succeeded();
        }

        foreach (var sample in _all)
        {
            File.Delete(sample.Report);
        }
    }

    private Task<CommandResult> VSTestAsync(params string[] arguments) =>
        DotNet.RunAsync(samples.Frameworks, ["vstest", .. _all.Select(sample => sample.Assembly), .. arguments]);

    // The tests themselves fail where they see each other's data.
    private void Each(CommandResult result)
    {
        result.Says(_all.Length, "Passed:     2,");
        Assert.All(_all, sample => Assert.Contains("\"redis\"", File.ReadAllText(sample.Report), StringComparison.Ordinal));
    }
}
