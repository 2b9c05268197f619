using System.Text.Json;
using CrCache.Archives;
using CrCache.Installed;
using CrCache.Keys;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Cli.Tests.Commands;

/// <summary>Checkpoints that machines share through a real registry. A machine is a store of its own.</summary>
[Collection(EngineTests.Name)]
public sealed class SharingTests(EngineFixture fixture) : IAsyncLifetime
{
    private const string Warning = "warning CRC4004: ";
    private readonly List<string> _homes = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var home in _homes)
        {
            foreach (var stored in new InstalledCheckpoints(home).List())
            {
                await fixture.DropAsync(stored);
            }

            Directory.Delete(home, recursive: true);
        }
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task What_one_machine_pushes_another_pulls_and_restores_from_memory()
    {
        using var server = await RegistryServer.StartAsync();
        var registry = $"{server.Host}/team/checkpoints";
        var (first, second, third) = (NewHome(), NewHome(), NewHome());
        var pushed = await RunAsync(first, 0, "push", "redis", "--registry", registry);
        Assert.Contains(
            $"redis: pushing it to {registry}: an image of memory, with every secret that the server held.",
            pushed,
            StringComparison.Ordinal);
        Assert.Matches($"redis: pushed to {registry}, [0-9.]+ [KM]B sent", pushed);
        Assert.Contains(
            $"{registry} has it already", await RunAsync(first, 0, "push", "redis", "--registry", registry), StringComparison.Ordinal);

        var lines = CliHome.Lines(await RunAsync(second, 0, "pull", "redis", "--registry", registry, "--json"));
        var done = Assert.Single(lines, line => Text(line, "event") == "done");
        Assert.Equal(("shared", $"pulled from {registry}"), (Text(done, "result"), Text(done, "message")));
        var stored = Assert.Single(new InstalledCheckpoints(second).List());
        Assert.True(stored.Memory is not null, stored.WhyNoMemory);
        Assert.Contains("redis: checkpoint found", await RunAsync(second, 0, "checkpoint", "redis"), StringComparison.Ordinal);
        Assert.Contains(
            "the store has it already", await RunAsync(second, 0, "pull", "redis", "--registry", registry), StringComparison.Ordinal);

        Assert.Equal("pulled", await CheckpointAsync(third, ["CRCACHE_REGISTRY", registry]));
        Assert.True(
            new ArchiveStore(
                third, (_, _) => Task.FromResult<ArchiveEntry?>(null)).Contains(new InstalledCheckpoints(third).List()[0].Key));
        Assert.Equal(Digest(first), Digest(third));
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task What_the_engine_has_is_pulled_into_the_store_that_does_not_have_it()
    {
        using var server = await RegistryServer.StartAsync();
        var (registry, home) = ($"{server.Host}/again", NewHome());
        await RunAsync(home, 0, "push", "redis", "--registry", registry);
        var key = Assert.Single(new InstalledCheckpoints(home).List()).Key;
        await RunAsync(home, 0, "store", "prune", "--all");
        Assert.DoesNotContain(key, await RunAsync(home, 0, "store", "list", "--json"), StringComparison.Ordinal);
        Assert.Contains(
            $"pulled from {registry}", await RunAsync(home, 0, "pull", "redis", "--registry", registry), StringComparison.Ordinal);
        Assert.Contains(key, await RunAsync(home, 0, "store", "list", "--json"), StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(new InstalledCheckpoints(home).List()).Memory);
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task Memory_that_the_team_has_not_signed_is_not_restored_unless_the_registry_is_trusted()
    {
        using var server = await RegistryServer.StartAsync();
        var registry = $"{server.Host}/team/unsigned";
        var (maker, reader, truster) = (NewHome(), NewHome(), NewHome());
        await RunAsync(maker, 0, [ArchiveKeys.Variable, ""], ["push", "redis", "--registry", registry]);
        Assert.Matches(
            $"pulled from {registry}\\. CRC4013: the memory of redis comes from {registry} and is not signed",
            await RunAsync(reader, 0, "pull", "redis", "--registry", registry));
        var unsigned = Assert.Single(new InstalledCheckpoints(reader).List());
        Assert.Null(unsigned.Memory);
        Assert.NotNull(unsigned.Files);
        Assert.Matches("CRC4013", await RunAsync(reader, 0, "checkpoint", "redis", "--registry", registry));
        await RunAsync(truster, 0, "pull", "redis", "--registry", registry, "--registry-trust", $"{server.Host}/team");
        Assert.NotNull(Assert.Single(new InstalledCheckpoints(truster).List()).Memory);

        // The maker's key is set now: what it has made before is signed, and takes the place of what was there.
        Assert.Matches("pushed to", await RunAsync(maker, 0, "push", "redis", "--registry", registry));
        await RunAsync(reader, 0, "remove", "--all");
        Assert.Equal("pulled", await CheckpointAsync(reader, ["CRCACHE_REGISTRY", registry]));
        Assert.NotNull(Assert.Single(new InstalledCheckpoints(reader).List()).Memory);
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task The_mode_says_what_is_done_with_the_registry()
    {
        using var server = await RegistryServer.StartAsync();
        var registry = $"{server.Host}/modes";
        Assert.Equal("made", await CheckpointAsync(NewHome(), ["CRCACHE_REGISTRY", registry]));
        Assert.False(HasTags(server), "a developer's machine pushes nothing");
        Assert.Equal("made", await CheckpointAsync(NewHome(), ["CI", "true", "CRCACHE_REGISTRY", registry]));
        Assert.False(HasTags(server), "nor does CI, which also builds what strangers want to have merged");
        Assert.Equal(
            "made",
            await CheckpointAsync(NewHome(), ["CRCACHE_REGISTRY_MODE", "push"], "--registry", registry, "--registry-mode", "pull"));
        Assert.False(HasTags(server), "the command line comes before the environment");
        Assert.Equal("made", await CheckpointAsync(NewHome(), ["CRCACHE_REGISTRY", registry, "CRCACHE_REGISTRY_MODE", "push"]));
        Assert.True(HasTags(server), "who is told to, pushes");
        var before = await server.RequestsAsync();
        Assert.Equal("made", await CheckpointAsync(NewHome(), ["CRCACHE_REGISTRY", registry, "CRCACHE_REGISTRY_MODE", "off"]));
        Assert.Equal(before, await server.RequestsAsync());
        Assert.Equal(
            "pulled",
            await CheckpointAsync(NewHome(), ["CRCACHE_REGISTRY_MODE", "off"], "--registry", registry, "--registry-mode", "Push"));
    }

    [Requires(Need.Engine)]
    public async Task A_registry_that_is_down_is_one_warning_for_all_items()
    {
        using var silent = new SilentServer();
        var home = NewHome();
        var item = Path.Combine(home, "other.item.json");
        await File.WriteAllTextAsync(item, """{ "name": "other", "metadata": { "Preset": "redis", "Hostname": "other" } }""");
        var output = await RunAsync(
            home, 0, "checkpoint", "redis", "--item", item, "--registry", $"{silent.Host}/a", "--registry-mode", "push");
        Assert.Equal(2, output.Split(Warning).Length);
        Assert.Contains("redis: checkpoint made", output, StringComparison.Ordinal);
        Assert.Contains("other: checkpoint made", output, StringComparison.Ordinal);

        // Now the store has them: nobody is asked.
        Assert.DoesNotContain(
            "CRC4004", await RunAsync(home, 0, "checkpoint", "redis", "--registry", $"{silent.Host}/a"), StringComparison.Ordinal);
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task What_is_no_checkpoint_there_is_a_warning_and_it_is_made()
    {
        using var server = await RegistryServer.StartAsync();
        using var client = new RegistryClientFolder();
        var key = CheckpointKey.Of(await fixture.RedisAsync(Rung.Auto));
        using (var registry = client.Open(server.Repository("broken")))
        {
            await registry.PushAsync(
                RegistryClientFolder.NewRecord() with { Key = key }, client.NewArchive(1000), null, new Progress<string>(), default);
        }

        var output = await RunAsync(NewHome(), 0, "checkpoint", "redis", "--registry", $"{server.Host}/broken");
        Assert.Contains("CRC3008", output, StringComparison.Ordinal);
        Assert.Contains("redis: checkpoint made", output, StringComparison.Ordinal);
        Assert.Contains(
            "cannot be used here, so it was made",
            await RunAsync(NewHome(), 0, "pull", "redis", "--registry", $"{server.Host}/broken"),
            StringComparison.Ordinal);
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task Mistakes_have_codes()
    {
        using var server = await RegistryServer.StartAsync();
        var home = NewHome();
        Assert.Contains("CRC2012", await RunAsync(home, 1, "push", "redis"), StringComparison.Ordinal);
        Assert.Contains("CRC2012", await RunAsync(home, 1, "pull", "redis"), StringComparison.Ordinal);
        Assert.Contains(
            "CRC2010", await RunAsync(home, 1, "checkpoint", "redis", "--registry", "https://host/a"), StringComparison.Ordinal);
        Assert.Contains(
            "CRC4002", await RunAsync(home, 1, "pull", "redis", "--registry", $"{server.Host}/empty"), StringComparison.Ordinal);
        foreach (var mode in new[] { "share", "2", "pull,push" })
        {
            Assert.Contains(
                "CRC2011",
                await RunAsync(home, 1, "checkpoint", "redis", "--registry", $"{server.Host}/a", "--registry-mode", mode),
                StringComparison.Ordinal);
        }

        Assert.Contains("CRC2011", await RunAsync(home, 1, "checkpoint", "redis", "--registry-mode", "share"), StringComparison.Ordinal);
        Assert.Empty(new InstalledCheckpoints(home).List());
    }

    [Requires(Need.Engine | Need.Registry)]
    public async Task The_doctor_says_whether_the_registry_answers_and_what_the_store_holds()
    {
        using var server = await RegistryServer.StartAsync();
        var home = NewHome();
        var output = await RunAsync(home, 0, "doctor", "--registry", $"{server.Host}/a");
        Assert.Matches($"(?m)^registry +{server.Host} answers$", output);
        Assert.Matches("(?m)^store +0 archives, 0 B of .* in " + home + "$", output);
        server.Stop();
        var lines = CliHome.Lines(await RunAsync(home, 0, "doctor", "--json", "--registry", $"{server.Host}/a"));
        Assert.Equal("CRC4004", Text(Assert.Single(lines, line => Text(line, "event") == "registry"), "code"));
        Assert.Single(lines, line => Text(line, "event") == "store");
    }

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();

    private static bool HasTags(RegistryServer server) =>
        Directory.Exists(server.Storage) && Directory.EnumerateDirectories(server.Storage, "_manifests", SearchOption.AllDirectories).Any();

    private static string Digest(string home) =>
        Convert.ToHexString(
            System.Security.Cryptography.SHA256.HashData(
                File.ReadAllBytes(Directory.GetFiles(Path.Combine(home, "archives"), "*.checkpoint").Single())));

    private string NewHome()
    {
        var home = Directory.CreateTempSubdirectory("crcache machine ").FullName;
        _homes.Add(home);
        return home;
    }

    // The result of `crcache checkpoint redis`: made, found or pulled.
    private static async Task<string?> CheckpointAsync(string home, string[] variables, params string[] options)
    {
        var output = await RunAsync(home, 0, variables, ["checkpoint", "redis", "--json", .. options]);
        return Text(Assert.Single(CliHome.Lines(output), line => Text(line, "event") == "done"), "result");
    }

    private static Task<string> RunAsync(string home, int exitCode, params string[] arguments) => RunAsync(home, exitCode, [], arguments);

    // A developer's machine, unless the variables say otherwise.
    private static async Task<string> RunAsync(string home, int exitCode, string[] variables, string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["CRCACHE_HOME"] = home,
            ["CI"] = "",
            ["CRCACHE_REGISTRY"] = "",
            ["CRCACHE_REGISTRY_MODE"] = "",
            [ArchiveKeys.Variable] = TestStore.TeamKey,
        };
        foreach (var pair in variables.Chunk(2))
        {
            environment[pair[0]] = pair[1];
        }

        using var tool = await Tool.RunAsync(environment, arguments);
        Assert.True(tool.ExitCode == exitCode, $"{string.Join(' ', arguments)}\n{tool.Output}{tool.Error}");
        return tool.Output + tool.Error;
    }
}
