using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Engines;
using CrCache.Engines.Docker;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Runtimes;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Tests;

/// <summary>The engine, and a store that is thrown away with everything that the tests made.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly Lazy<Task<string>> _redisArchive;
    private readonly Lazy<Task<(CheckpointSpec Spec, string Archive)>> _mySqlArchive;
    private readonly string _home = Directory.CreateTempSubdirectory("crcache home ").FullName;

    public EngineFixture()
    {
        _redisArchive = new Lazy<Task<string>>(MakeRedisArchiveAsync);
        _mySqlArchive = new Lazy<Task<(CheckpointSpec, string)>>(MakeMySqlArchiveAsync);
    }

    /// <summary>The engine that the machine's settings name.</summary>
    public IEngine Engine { get; } = DockerEngines.Open(new EngineLocator().Locate());

    /// <summary>A directory that goes with the store.</summary>
    internal string Folder => _home;

    internal InstalledCheckpoints Store => new(_home);

    internal ArchiveStore Archives => new(_home, ArchiveReader.DescribeAsync);

    internal CheckpointProvider Maker => new(Engine, Store, Archives, TestStore.TrustOf(_home));

    internal Dictionary<string, string> Environment => new()
    {
        ["CRCACHE_HOME"] = _home,
        [ArchiveKeys.Variable] = TestStore.TeamKey,
    };

    /// <summary>
    /// The archive of a Redis in which the key <c>seed</c> is <c>sown</c>, and nothing else: all that the engine and a store had
    /// of it are removed. Its set-up takes a second longer than any other way.
    /// </summary>
    internal Task<string> RedisArchiveAsync() => _redisArchive.Value;

    /// <summary>
    /// What <see cref="OtherEngine.SpecAsync"/> asks for and its archive, and nothing else, as above: it takes long to make.
    /// </summary>
    internal Task<(CheckpointSpec Spec, string Archive)> MySqlArchiveAsync() => _mySqlArchive.Value;

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        foreach (var record in Directory.EnumerateFiles(_home, "checkpoint.json", SearchOption.AllDirectories))
        {
            await using var stream = File.OpenRead(record);
            var stored = await System.Text.Json.JsonSerializer.DeserializeAsync(stream, InstalledJson.Default.InstalledCheckpoint);
            await DropAsync(stored!);
        }

        Engine.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    internal async Task DropAsync(InstalledCheckpoint stored)
    {
        if (stored.Memory is { } memory && await Engine.FindImageAsync(memory.ImageId, default) is not null)
        {
            await DropDumpAsync(memory);
            await Engine.RemoveImageAsync(memory.ImageName, default);
        }

        if (stored.Files is { } files)
        {
            await Engine.RemoveImageAsync(files.ImageName, default);
        }
    }

    internal Task DropDumpAsync(InstalledMemory memory) => CrCacheRuntime.RemoveDumpAsync(
        Engine, memory.ImageId, memory.Dump, ContainerLabels.Of(ContainerLabels.ForTrial, "test"), default);

    internal async Task<CheckpointSpec> RedisAsync(Rung mode, params (string Name, string Value)[] environment)
    {
        var item = new CheckpointItem
        {
            Name = "redis",
            Metadata = new Dictionary<string, string>
            {
                ["Mode"] = mode.ToString(),
                ["Environment"] = string.Join(';', environment.Select(variable => $"{variable.Name}={variable.Value}")),
            },
        };
        return await new SpecResolver(Engine).ResolveAsync(item, new Progress<string>(), default);
    }

    private async Task<(CheckpointSpec Spec, string Archive)> MakeMySqlArchiveAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home, "exchange")).FullName;
        var spec = await OtherEngine.SpecAsync(Engine, folder);
        var archive = Path.Combine(folder, "alone.checkpoint");
        await using var maker = new TestStore(Engine);
        await maker.ExportAsync(spec, archive);
        return (spec, archive);
    }

    private async Task<string> MakeRedisArchiveAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home, "seeded")).FullName;
        var environment = new Dictionary<string, string>
        {
            ["CRCACHE_HOME"] = Path.Combine(folder, "home"),
            [ArchiveKeys.Variable] = TestStore.TeamKey,
        };
        var item = Path.Combine(folder, "redis.item.json");
        await File.WriteAllTextAsync(Path.Combine(folder, "seed.redis"), "SET seed sown\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "slow.sh"), "sleep 1\n");
        await File.WriteAllTextAsync(
            item, $$"""{ "name": "redis", "directory": "{{folder}}", "metadata": { "Setup": "seed.redis;slow.sh" } }""");
        using var made = await Tool.RunAsync(environment, "checkpoint", "--item", item);
        Assert.True(made.ExitCode == 0, made.Error);
        var archive = Path.Combine(folder, "alone.checkpoint");
        File.Copy(Path.Combine(folder, "redis.checkpoint"), archive);
        using var removed = await Tool.RunAsync(environment, "remove", "--all");
        Assert.True(removed.ExitCode == 0, removed.Error);
        Directory.Delete(environment["CRCACHE_HOME"], recursive: true);
        return archive;
    }

    /// <summary>Starts a container that asks for a dump, as whoever knows its key can, and removes it.</summary>
    /// <returns>What it was then.</returns>
    internal async Task<ContainerState?> StartFromDumpAsync(string image, string key)
    {
        var id = await Engine.CreateContainerAsync(
            new ContainerDefinition
            {
                Name = $"crcache-test-{Guid.NewGuid():N}",
                Image = image,
                Labels = ContainerLabels.Of(ContainerLabels.ForTrial, "test"),
                Runtime = CrCacheRuntime.Name,
                Network = false,
                Environment = new Dictionary<string, string> { [CrCacheRuntime.RestoreVariable] = key },
            },
            default);
        try
        {
            await Engine.StartContainerAsync(id, default);
            return await Engine.FindContainerAsync(id, default);
        }
        finally
        {
            await Engine.RemoveContainerAsync(id, default);
        }
    }

    /// <summary>The CrCache containers of an owner, running or not.</summary>
    internal async Task<IReadOnlyList<ContainerSummary>> ContainersOfAsync(int processId)
    {
        var all = await Engine.ListContainersAsync(ContainerLabels.Purpose, default);
        return all.Where(container => OwnerTag.Parse(container.Labels[ContainerLabels.Owner])?.ProcessId == processId).ToArray();
    }

    /// <summary>Those of them that tests use: not the ones by which a command asks the engine something beside them.</summary>
    internal async Task<IReadOnlyList<ContainerSummary>> CopiesOfAsync(int processId) =>
        (await ContainersOfAsync(processId))
        .Where(container => container.Labels[ContainerLabels.Purpose] == ContainerLabels.ForLease)
        .ToArray();

    /// <summary>Waits until there is none of them left.</summary>
    internal Task AssertGoneWithinAsync(TimeSpan time, int processId)
    {
        IReadOnlyList<ContainerSummary> left = [];
        return Eventually.FindAsync(
            time,
            async () => (left = await ContainersOfAsync(processId)).Count == 0 ? left : null,
            () => $"Still there after {time.TotalSeconds} s: {string.Join(", ", left.Select(container => container.Name))}");
    }
}
