namespace CrCache.Sdk.Tests;

/// <summary>The sample with set-up scripts, any image, a Dockerfile and a preset of its own.</summary>
[Collection(SamplesGroup.Name)]
public sealed class ShopTests(SamplesFixture samples)
{
    [Requires(Need.Engine)]
    public async Task Its_tests_pass_and_a_changed_file_remakes_just_the_item_that_names_it()
    {
        (await DotNet.RunAsync(samples.Shop, "test")).Succeeded().Says("Passed:     5,");
        (await DotNet.RunAsync(samples.Shop, "build", "--no-restore")).Succeeded().DoesNotSay(": checkpoint ");

        await File.AppendAllTextAsync(Path.Combine(samples.Shop, "db", "20-data.sql"), "INSERT INTO orders (item) VALUES ('a lamp');\n");
        (await DotNet.RunAsync(samples.Shop, "build", "--no-restore")).Succeeded()
            .Says(1, ": checkpoint ")
            .Says("CrCache: postgres: checkpoint made");

        await File.AppendAllTextAsync(Path.Combine(samples.Shop, "catalog", "redis.conf"), "maxmemory 1mb\n");
        (await DotNet.RunAsync(samples.Shop, "build", "--no-restore")).Succeeded()
            .Says(1, ": checkpoint ")
            .Says("CrCache: catalog: checkpoint made");
    }
}
