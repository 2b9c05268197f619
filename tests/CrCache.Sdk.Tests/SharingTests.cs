namespace CrCache.Sdk.Tests;

/// <summary>What <c>CrCacheRegistry</c> does for <c>dotnet build</c>, with a real registry.</summary>
[Collection(SamplesGroup.Name)]
public sealed class SharingTests(SamplesFixture samples)
{
    private const string Item = "<ContainerCheckpoint Include=\"mysql\" />";

    // Nothing else in a log looks like it.
    private const string Secret = "zYxwV-open-sesame-4711";

    [Requires(Need.Engine | Need.Registry)]
    public async Task One_clone_pushes_another_pulls_and_its_tests_start_from_memory()
    {
        using var server = await RegistryServer.StartAsync();
        await using var ci = new Machine();
        await using var developer = new Machine();
        string WithRegistry(string project) => project
            .Replace(
                Item, $"<ContainerCheckpoint Include=\"mysql\" Environment=\"MYSQL_ROOT_PASSWORD={Secret}\" />", StringComparison.Ordinal)
            .Replace(
                "</TargetFramework>",
                $"</TargetFramework><CrCacheRegistry>{server.Host}/team/tests</CrCacheRegistry>",
                StringComparison.Ordinal);
        var first = samples.CopyQuickstart("pushes", WithRegistry);
        var pushed = (await first.RunAsync(ci.Environment, "build", "-p:CrCacheRegistryMode=push", "-v:diag")).Succeeded()
            .Says("CrCache: mysql: checkpoint made", "an image of memory, with every secret that the server held");
        AssertKeepsTheSecret(pushed);

        var second = samples.CopyQuickstart("pulls", WithRegistry);
        (await second.RunAsync(developer.Environment, "test")).Succeeded()
            .Says("CrCache: mysql: checkpoint pulled", "Passed:     5,", "CrCache: mysql restored from memory in");
        Assert.Equal(
            await File.ReadAllBytesAsync(first.File("mysql.checkpoint")), await File.ReadAllBytesAsync(second.File("mysql.checkpoint")));
    }

    [Requires(Need.Engine)]
    public async Task A_registry_that_is_down_is_a_warning_and_the_checkpoint_is_made()
    {
        await using var machine = new Machine();
        var sample = samples.CopyQuickstart("registry down", project => project
            .Replace(Item, "<ContainerCheckpoint Include=\"redis\" />", StringComparison.Ordinal)
            .Replace(
                "</TargetFramework>", "</TargetFramework><CrCacheRegistry>127.0.0.1:1/none</CrCacheRegistry>", StringComparison.Ordinal));
        (await sample.RunAsync(machine.Environment, "build")).Succeeded()
            .Says("Quickstart.csproj : warning CRC4004: The registry 127.0.0.1:1 cannot be reached", "CrCache: redis: checkpoint made");
        (await sample.RunAsync(machine.Environment, "build", "-t:Rebuild", "-p:CrCacheRegistryMode=share")).Failed()
            .Says("error CRC2011: ", "it can be pull, push or off");
    }

    // MSBuild itself shows an item's metadata in such a log, on a line of its own.
    private static void AssertKeepsTheSecret(CommandResult build)
    {
        var lines = build.Log.Split('\n').Where(line => line.Contains(Secret, StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Matches($"^ *Environment ?= ?MYSQL_ROOT_PASSWORD={Secret}\\b", line));
    }
}
