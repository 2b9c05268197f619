namespace CrCache.Sdk.Tests;

/// <summary>The sample of four test projects that all use the same names, rows and keys.</summary>
[Collection(SamplesGroup.Name)]
public sealed class SolutionTests(SamplesFixture samples)
{
    private const string RedisItem = "<ContainerCheckpoint Include=\"redis\" />";
    private const string MySqlItem = "<ContainerCheckpoint Include=\"mysql\" />";

    [Requires(Need.Engine)]
    public async Task Four_assemblies_share_nothing_and_a_changed_item_is_remade_alone()
    {
        (await DotNet.RunAsync(samples.Parallel, "test")).Succeeded()
            .Says(4, "Passed:     2,")
            .Says(4, "CrCache: redis: checkpoint ");

        var project = Path.Combine(samples.Parallel, "Billing.Tests", "Billing.Tests.csproj");
        var text = await File.ReadAllTextAsync(project);
        await File.WriteAllTextAsync(
            project, text.Replace(RedisItem, "<ContainerCheckpoint Include=\"redis\" Timeout=\"77\" />", StringComparison.Ordinal));
        (await DotNet.RunAsync(samples.Parallel, "build", "--no-restore")).Succeeded()
            .Says(1, ": checkpoint ")
            .Says("CrCache: redis: checkpoint ");
    }

    [Requires(Need.Engine)]
    public async Task What_four_assemblies_need_is_made_once()
    {
        var copy = samples.CopyParallel("made once");
        File.Delete(Path.Combine(copy, "shared", "MySqlTests.cs"));
        foreach (var project in Directory.EnumerateFiles(copy, "*.csproj", SearchOption.AllDirectories))
        {
            await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project)).Replace(MySqlItem, "", StringComparison.Ordinal));
        }

        var home = Path.Combine(copy, "home");
        (await DotNet.RunAsync(copy, [("CRCACHE_HOME", home)], "build")).Succeeded()
            .Says(1, "CrCache: redis: checkpoint made")
            .Says(3, "CrCache: redis: checkpoint found");
    }
}
