using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Cleanup;
using CrCache.Engines;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Engine.Tests;

/// <summary>The engine, and a store that is thrown away with everything that the tests made.</summary>
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("crcache home ").FullName;

    /// <summary>The engine that the machine's settings name.</summary>
    public IEngine Engine { get; } = EngineLocator.Open(new EngineLocator().Locate());

    /// <summary>A directory that goes with the store.</summary>
    internal string Folder => _home;

    internal CheckpointStore Store => new(_home);

    internal ArchiveStore Archives => new(_home, ArchiveReader.DescribeAsync);

    internal CheckpointMaker Maker => new(Engine, Store, Archives);

    internal Dictionary<string, string> Environment => new() { ["CRCACHE_HOME"] = _home };

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        foreach (var record in Directory.EnumerateFiles(_home, "checkpoint.json", SearchOption.AllDirectories))
        {
            await using var stream = File.OpenRead(record);
            var stored = await System.Text.Json.JsonSerializer.DeserializeAsync(stream, CoreJson.Default.StoredCheckpoint);
            await DropAsync(stored!);
        }

        Engine.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    internal async Task DropAsync(StoredCheckpoint stored)
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

    internal Task DropDumpAsync(MemoryCheckpoint memory) => Runtimes.CrCacheRuntime.RemoveDumpAsync(
        Engine, memory.ImageId, memory.Dump, ContainerLabels.Of(ContainerLabels.ForTrial, "test"), default);

    internal async Task<CheckpointSpec> RedisAsync(RestoreMode mode, params (string Name, string Value)[] environment)
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

    /// <summary>The CrCache containers of an owner, running or not.</summary>
    internal async Task<IReadOnlyList<ContainerSummary>> ContainersOfAsync(int processId)
    {
        var all = await Engine.ListContainersAsync(ContainerLabels.Purpose, default);
        return all.Where(container => OwnerTag.Parse(container.Labels[ContainerLabels.Owner])?.ProcessId == processId).ToArray();
    }

    /// <summary>Waits until there is none of them left.</summary>
    internal async Task AssertGoneWithinAsync(TimeSpan time, int processId)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while ((await ContainersOfAsync(processId)) is { Count: > 0 } left)
        {
            Assert.True(clock.Elapsed < time, $"Still there after {time.TotalSeconds} s: {string.Join(", ", left.Select(container => container.Name))}");
            await Task.Delay(50);
        }
    }
}
