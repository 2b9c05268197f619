namespace CrCache.Sdk.Tests;

/// <summary>Items that cannot work: each is an error of the build with its code, and the others go on.</summary>
[Collection(SamplesGroup.Name)]
public sealed class BadItemsTests(SamplesFixture samples)
{
    private const string GoodItem = "<ContainerCheckpoint Include=\"mysql\" />";

    private const string BadItems = """
        <ContainerCheckpoint Include="unknown" />
        <ContainerCheckpoint Include="nowhere" Image="localhost:1/no/such:image" Ports="1" />
        <ContainerCheckpoint Include="template" Preset="redis" ConnectionString="{hots}:{port}" />
        <ContainerCheckpoint Include="broken" />
        <ContainerCheckpoint Include="silent" Image="redis:8" Ports="9999" Ready="exec: redis-cli ping" Mode="cold" />
        <ContainerCheckpoint Include="never" Preset="redis" Ready="exec: redis-cli -p 1 ping" Timeout="2" />
        <ContainerCheckpoint Include="hangs" Preset="redis" Setup="hang.sh" Timeout="2" />
        <ContainerCheckpoint Include="ends" Preset="redis" Command="redis-server --no-such-option 1" />
        """;

    [Requires(Need.Engine)]
    public async Task Each_is_an_error_with_its_code_that_says_what_to_do()
    {
        var sample = samples.CopyQuickstart("bad items", project => project.Replace(GoodItem, BadItems, StringComparison.Ordinal));
        Directory.CreateDirectory(Path.Combine(sample.Directory, "crcache-presets"));
        File.WriteAllText(
            Path.Combine(sample.Directory, "crcache-presets", "broken.json"), """{ "image": "redis:8", "prots": { "tcp": 6379 } }""");
        File.WriteAllText(Path.Combine(sample.Directory, "hang.sh"), "echo going to sleep\nsleep 60\n");

        // A store of its own: what another version has made of these items would be found there, and nothing be wrong.
        (await sample.RunAsync([("CRCACHE_HOME", Path.Combine(sample.Directory, "home"))], "build")).Failed()
            .Says(
                "error CRC2003: unknown: there is no preset 'unknown'.",
                "error CRC1004: The image 'localhost:1/no/such:image' is not on the engine and cannot be pulled",
                "error CRC2009: template: ConnectionString=\"{hots}:{port}\" is malformed: '{hots}' is not known here",
                "error CRC2006: The preset ",
                "broken.json is broken",
                "'prots'",
                "error CRC3002: silent: the server is ready, but nothing answers on its port 9999",
                "error CRC3002: never: not ready after 2 s.",
                "Ready to accept connections",
                "hang.sh : error CRC3007: hangs: hang.sh had not ended after 2 s.",
                "going to sleep",
                "error CRC3001: ends: the container ended with exit code 1 before it was ready.",
                "no-such-option");
    }

    [Requires(Need.Engine)]
    public async Task Without_an_engine_the_build_says_so()
    {
        var sample = samples.CopyQuickstart("no engine", project => project);
        (await sample.RunAsync([("DOCKER_HOST", "unix:///no/such/docker.sock")], "build")).Failed()
            .Says("error CRC1001: No container engine answers at unix:///no/such/docker.sock (DOCKER_HOST): there is no such socket.");
    }
}
