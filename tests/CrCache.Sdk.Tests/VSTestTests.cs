namespace CrCache.Sdk.Tests;

/// <summary>What <c>dotnet test</c> does, with the quickstart sample.</summary>
[Collection(SamplesGroup.Name)]
public sealed class VSTestTests(SamplesFixture samples)
{
    private readonly Sample _quickstart = samples.Quickstart;

    [Requires(Need.Engine)]
    public async Task Tests_get_the_variables_and_the_build_says_what_was_done()
    {
        var probe = Path.Combine(_quickstart.Directory, "variables.txt");
        File.Delete(probe);
        (await _quickstart.RunAsync([("PROBE_FILE", probe)], "test")).Succeeded()
            .Says("Passed:     5,")
            .Says("CrCache: mysql ")
            .Says("(cold start ");

        var variables = File.ReadLines(probe)
            .Select(line => line.Split('=', 2))
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => pair[0], pair => pair[^1]);
        var (host, port) = (variables["CRCACHE_MYSQL_HOST"], variables["CRCACHE_MYSQL_PORT"]);
        Assert.Equal($"tcp://{host}:{port}", variables["services__mysql__tcp__0"]);
        Assert.StartsWith($"Server={host};Port={port};", variables["ConnectionStrings__mysql"], StringComparison.Ordinal);
        Assert.DoesNotContain(variables.Keys, name => name.StartsWith("CRCACHE_LEASE_", StringComparison.Ordinal));
    }

    [Requires(Need.Engine)]
    public async Task A_missing_checkpoint_stops_the_run_before_any_test()
    {
        await _quickstart.EnsureBuiltAsync();
        File.Delete(_quickstart.File("mysql.checkpoint"));
        (await _quickstart.RunAsync("test", "--no-build")).Failed()
            .Says("Quickstart.csproj : error CRC5001: There is no checkpoint of mysql yet.")
            .DoesNotSay("Test run for");
        (await _quickstart.RunAsync("test", "--no-build", "--list-tests")).Succeeded().Says("AnOrderIsStored");
    }

    [Requires(Need.Engine)]
    public async Task A_checkpoint_that_cannot_be_leased_stops_the_run_and_says_why()
    {
        await _quickstart.EnsureBuiltAsync();
        File.WriteAllText(_quickstart.File("mysql.checkpoint.json"), "{");
        (await _quickstart.RunAsync("test", "--no-build")).Failed()
            .Says("CrCache: error CRC2007: ")
            .DoesNotSay("Passed!")
            .DoesNotSay("Failed!");
        File.Delete(_quickstart.File("mysql.checkpoint.json"));
    }

    [Requires(Need.Engine)]
    public async Task Two_runs_at_once_each_have_their_own()
    {
        await _quickstart.EnsureBuiltAsync();
        var results = await Task.WhenAll(_quickstart.RunAsync("test", "--no-build"), _quickstart.RunAsync("test", "--no-build"));
        Assert.All(results, result => result.Succeeded().Says("Passed:     5,"));
    }

    [Requires(Need.Engine)]
    public async Task A_test_host_that_no_build_has_started_makes_its_own_lease()
    {
        await _quickstart.EnsureBuiltAsync();
        var tests = Path.Combine("bin", "Debug", "net10.0", "Quickstart.dll");
        (await _quickstart.RunAsync("vstest", tests, $"--Settings:{_quickstart.File("crcache.runsettings")}"))
            .Succeeded()
            .Says("Passed:     5,");
    }

    [Requires(Need.Engine)]
    public async Task Run_settings_of_the_user_stay_in_force()
    {
        await _quickstart.EnsureBuiltAsync();
        var probe = Path.Combine(_quickstart.Directory, "settings.txt");
        var settings = Path.Combine(_quickstart.Directory, "my.runsettings");
        File.WriteAllText(settings, $"""
            <RunSettings>
              <RunConfiguration>
                <ResultsDirectory>my results</ResultsDirectory>
                <EnvironmentVariables><PROBE_FILE>{probe}</PROBE_FILE></EnvironmentVariables>
              </RunConfiguration>
            </RunSettings>
            """);
        (await _quickstart.RunAsync("test", "--no-build", "--settings", "my.runsettings", "--logger", "trx"))
            .Succeeded()
            .Says("Passed:     5,");
        Assert.True(File.Exists(probe));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(_quickstart.Directory, "my results"), "*.trx"));
    }

    [Requires(Need.Engine)]
    public async Task A_filter_selects_tests()
    {
        await _quickstart.EnsureBuiltAsync();
        (await _quickstart.RunAsync("test", "--no-build", "--filter", "FullyQualifiedName~AnOrderIsStored"))
            .Succeeded()
            .Says("Passed:     1,");
    }

    [Requires(Need.Engine)]
    public async Task Run_settings_named_by_a_property_stay_in_force()
    {
        await _quickstart.EnsureBuiltAsync();
        var probe = Path.Combine(_quickstart.Directory, "property.txt");
        File.WriteAllText(Path.Combine(_quickstart.Directory, "property.runsettings"), $"""
            <RunSettings>
              <RunConfiguration>
                <EnvironmentVariables><PROBE_FILE>{probe}</PROBE_FILE></EnvironmentVariables>
              </RunConfiguration>
            </RunSettings>
            """);
        (await _quickstart.RunAsync("test", "--no-build", "-p:RunSettingsFilePath=property.runsettings"))
            .Succeeded()
            .Says("Passed:     5,");
        Assert.True(File.Exists(probe));
    }

    // C# projects have a module initializer as well, which would hide that the collector is not there.
    [Requires(Need.Engine)]
    public async Task The_collector_alone_serves_with_every_kind_of_run_settings()
    {
        var sample = samples.CopyQuickstart("collector alone", project => project.Replace(
            "<Nullable>", "<CrCacheModuleInitializer>false</CrCacheModuleInitializer><Nullable>", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(sample.Directory, "my.runsettings"), "<RunSettings />");
        string[][] ways =
        [
            [],
            ["--no-build", "--settings", "my.runsettings"],
            ["--no-build", "-p:RunSettingsFilePath=my.runsettings"],
            ["--no-build", "--collect", "Code Coverage"],
        ];
        foreach (var arguments in ways)
        {
            (await sample.RunAsync(["test", .. arguments])).Succeeded().Says("Passed:     5,");
        }
    }

    // An empty line was once the sign that everything is ready, and a line's end that of a value: the port comes after them.
    [Requires(Need.Engine)]
    public async Task A_value_with_line_breaks_reaches_the_tests()
    {
        var probe = Path.Combine(_quickstart.Directory, "lines.txt");
        const string Connection = "Server={host};&#10;&#10;Port={port};User ID=root;Password={env:MYSQL_ROOT_PASSWORD};Database=test";
        var sample = samples.CopyQuickstart("line breaks", project => project.Replace(
            "Include=\"mysql\"", $"Include=\"mysql\" ConnectionString=\"{Connection}\"", StringComparison.Ordinal));
        (await sample.RunAsync([("PROBE_FILE", probe)], "test")).Succeeded().Says("Passed:     5,");
        Assert.Contains("ConnectionStrings__mysql=Server=127.0.0.1;\n\nPort=", File.ReadAllText(probe), StringComparison.Ordinal);
    }

    [Requires(Need.Engine)]
    public async Task Other_collectors_work_beside_ours()
    {
        await _quickstart.EnsureBuiltAsync();
        var results = Path.Combine(_quickstart.Directory, "coverage");
        (await _quickstart.RunAsync("test", "--no-build", "--collect", "Code Coverage;Format=cobertura", "--results-directory", results))
            .Succeeded()
            .Says("Passed:     5,");
        Assert.NotEmpty(Directory.EnumerateFiles(results, "*.cobertura.xml", SearchOption.AllDirectories));
    }

    [Requires(Need.Engine)]
    public async Task Failing_tests_fail_as_they_do_without_us()
    {
        await _quickstart.EnsureBuiltAsync();
        var result = (await _quickstart.RunAsync([("PROBE_FAIL", "1")], "test", "--no-build"))
            .Says("Failed!  - Failed:     1, Passed:     4,")
            .DoesNotSay("error CRC");
        Assert.Equal(1, result.ExitCode);
    }

    [Requires(Need.Engine)]
    public async Task Without_a_collector_too_a_lease_that_cannot_be_had_stops_the_run()
    {
        await _quickstart.EnsureBuiltAsync();
        File.WriteAllText(_quickstart.File("mysql.checkpoint.json"), "{");
        (await _quickstart.RunAsync("vstest", _quickstart.Assembly)).Failed()
            .Says("CrCache: error CRC2007: ")
            .DoesNotSay("Passed!")
            .DoesNotSay("Failed!");
        File.Delete(_quickstart.File("mysql.checkpoint.json"));
    }
}
