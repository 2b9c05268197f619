using CrCache.Engines;
using CrCache.Engines.Docker;

namespace CrCache.Sdk.Tests;

/// <summary><c>dotnet test</c> with an engine that cannot restore memory.</summary>
[Collection(SamplesGroup.Name)]
public sealed class IncompleteEngineTests(SamplesFixture samples)
{
    [Requires(Need.SecondEngine)]
    [InlineData("runtime", "CRC1005")]
    [InlineData("criu", "CRC1006")]
    public async Task Tests_pass_with_a_start_from_files_and_the_reason_is_said(string lacking, string code)
    {
        var sample = samples.CopyQuickstart($"without {lacking}", project => project);
        (await sample.RunAsync("restore")).Succeeded(); // there is no other network where that engine is
        using var engine = await IncompleteEngine.StartAsync(lacking, "mysql:9");
        var result = await DotNet.RunAsync(
            engine.Inside,
            sample.Directory,
            [("DOCKER_HOST", engine.Host), ("CRCACHE_HOME", Path.Combine(sample.Directory, "home"))],
            ["test", "--no-restore"]);
        result.Succeeded()
            .Says("Passed:     5,")
            .Says("starts from its files in")
            .Says("CrCache: mysql started from its files in")
            .Says(code);

        // The lease removes its containers after the test run; the engine ends with this test, and would keep them for the next.
        using var docker = DockerEngines.Open(new EngineLocator().Locate(engine.Host));
        await Eventually.FindAsync(
            TimeSpan.FromSeconds(30),
            async () => (await docker.ListContainersAsync("crcache", default)).Count == 0 ? "none" : null,
            () => "the containers of the test run are still there");
    }
}
