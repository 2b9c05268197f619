namespace CrCache.Sdk.Tests;

/// <summary>Visual Studio's way: one session discovers, runs, runs again, runs one test, debugs one.</summary>
[Collection(SamplesGroup.Name)]
public sealed class IdeTests(SamplesFixture samples)
{
    private static readonly TimeSpan s_removedWithin = TimeSpan.FromSeconds(5);
    private readonly Sample _quickstart = samples.Quickstart;

    // Visual Studio reads the property RunSettingsFilePath of the project and passes on what the file says.
    [Requires(Need.Engine)]
    public async Task With_the_generated_run_settings()
    {
        await _quickstart.EnsureBuiltAsync();
        await SessionAsync(File.ReadAllText(_quickstart.File("crcache.runsettings")));
    }

    // C# Dev Kit does not.
    [Requires(Need.Engine)]
    public async Task Without_run_settings()
    {
        await _quickstart.EnsureBuiltAsync();
        await SessionAsync(null);
    }

    [Requires(Need.Engine)]
    public async Task Visual_Studio_is_told_of_the_generated_run_settings()
    {
        await _quickstart.EnsureBuiltAsync();
        (await _quickstart.RunAsync("build", "--no-restore", "-p:BuildingInsideVisualStudio=true", "-getProperty:RunSettingsFilePath"))
            .Succeeded()
            .Says(_quickstart.File("crcache.runsettings"));
    }

    private async Task SessionAsync(string? settings)
    {
        File.Delete(_quickstart.Report);
        using var containers = new LeasedContainers();
        using (var ide = new Ide())
        {
            var tests = ide.Discover(_quickstart, settings);
            Assert.Equal(5, tests.Count);
            Assert.False(File.Exists(_quickstart.Report), "discovery has started a container");

            ide.Test(_quickstart, settings).Passed(5);
            var first = File.GetLastWriteTimeUtc(_quickstart.Report);
            ide.Test(_quickstart, settings).Passed(5);
            Assert.NotEqual(first, File.GetLastWriteTimeUtc(_quickstart.Report)); // A lease of its own.

            var test = Assert.Single(tests, test => test.FullyQualifiedName.EndsWith("AnOrderIsStored", StringComparison.Ordinal));
            ide.Test(test, settings).Passed(1);
            ide.Debug(test, settings).Passed(1);
            ide.Profile(test, settings).Passed(1);
        }

        await containers.AreGoneAsync(await containers.OfAsync(_quickstart), s_removedWithin);
    }

}
