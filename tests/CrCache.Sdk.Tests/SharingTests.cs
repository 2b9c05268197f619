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

    [Requires(Need.Engine | Need.Registry)]
    public async Task A_build_without_the_key_takes_the_files_unless_the_project_trusts_the_registry()
    {
        using var server = await RegistryServer.StartAsync();
        await using var ci = new Machine();
        await using var stranger = new Machine();
        await using var truster = new Machine();
        string WithRegistry(string project) => project
            .Replace(Item, "<ContainerCheckpoint Include=\"redis\" />", StringComparison.Ordinal)
            .Replace(
                "</TargetFramework>",
                $"</TargetFramework><CrCacheRegistry>{server.Host}/team/tests</CrCacheRegistry>",
                StringComparison.Ordinal);
        (string, string)[] WithoutKey(Machine machine) => [.. machine.Environment, ("CRCACHE_REGISTRY_KEY", "")];
        var pushes = samples.CopyQuickstart("pushes unsigned", WithRegistry);
        (await pushes.RunAsync(WithoutKey(ci), "build", "-p:CrCacheRegistryMode=push")).Succeeded();
        var files = samples.CopyQuickstart("takes files", WithRegistry);
        (await files.RunAsync(WithoutKey(stranger), "build")).Succeeded()
            .Says(
                "CrCache: redis: checkpoint pulled",
                $"CRC4013: the memory of redis comes from {server.Host}/team/tests and is not signed");
        var trusts = samples.CopyQuickstart("trusts", WithRegistry);
        (await trusts.RunAsync(WithoutKey(truster), "build", $"-p:CrCacheRegistryTrust={server.Host}/team")).Succeeded()
            .Says("CrCache: redis: checkpoint pulled", "restores from memory in");
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
