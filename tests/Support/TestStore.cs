using System.Collections.Concurrent;
using CrCache.Archives;
using CrCache.Checkpoints;
using CrCache.Engines;
using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Restoring;
using CrCache.Specs;
using CrCache.Store;
using CrCache.Upkeep;

namespace CrCache.Tests;

/// <summary>A store of its own that knows nothing, as on another machine. What is put on the engine for it goes with it.</summary>
internal sealed class TestStore(IEngine engine) : IAsyncDisposable
{
    private static readonly Progress<string> Silent = new();

    /// <summary>The key of the team that all such machines belong to.</summary>
    public const string TeamKey = "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=";

    /// <summary>Its directory.</summary>
    public string Home { get; } = Directory.CreateTempSubdirectory("crcache store ").FullName;

    /// <summary>The variables of a crcache that uses it.</summary>
    public Dictionary<string, string> Environment => new() { ["CRCACHE_HOME"] = Home, [ArchiveKeys.Variable] = TeamKey };

    public InstalledCheckpoints Checkpoints => new(Home);

    public ArchiveStore Archives => new(Home, ArchiveReader.DescribeAsync);

    /// <summary>What a member of the team trusts whose store is there.</summary>
    public static ArchiveTrust TrustOf(string home) => new(new ArchiveKeys(home, TeamKey), trusted: null);

    /// <summary>Makes the checkpoint, or takes it from the archive, and returns a copy of it.</summary>
    public async Task<TestCopy> RestoreAsync(CheckpointSpec spec, string? archive = null)
    {
        var stored = await EnsureAsync(spec, archive);
        var container = await new CheckpointRestorer(engine, Checkpoints).RestoreAsync(
            spec, stored, ContainerLabels.ForLease, Silent, default);
        return new TestCopy(engine, container);
    }

    /// <summary>Makes the checkpoint, or takes it from the archive.</summary>
    public async Task<InstalledCheckpoint> EnsureAsync(CheckpointSpec spec, string? archive = null) =>
        (await Provider.EnsureAsync(spec, archive, write: false, Silent, default)).Stored;

    /// <summary>As a build does, whose output the archive is.</summary>
    /// <returns>Where it came from, and what was said.</returns>
    public async Task<(CheckpointSource Source, IReadOnlyCollection<string> Lines)> BuildAsync(CheckpointSpec spec, string archive)
    {
        var lines = new Lines();
        var (_, source) = await Provider.EnsureAsync(spec, archive, write: true, lines, default);
        return (source, lines.All);
    }

    /// <summary>Puts a file where the archive of a key is.</summary>
    public void Put(string key, string archive)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Home, "archives")).FullName;
        File.Copy(archive, Path.Combine(folder, key + ".checkpoint"));
    }

    /// <summary>Makes it, copies its archive to the path, and removes all that this store and the engine have of it.</summary>
    public async Task ExportAsync(CheckpointSpec spec, string path)
    {
        var stored = await EnsureAsync(spec);
        using (var use = (await Archives.OpenAsync(stored.Key, default))!)
        {
            File.Copy(use.Path, path);
        }

        await RemoveAllAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAllAsync();
        Directory.Delete(Home, recursive: true);
    }

    private CheckpointProvider Provider => new(engine, Checkpoints, Archives, TrustOf(Home));

    private async Task RemoveAllAsync()
    {
        foreach (var stored in Checkpoints.List())
        {
            await new CheckpointRemover(engine, Checkpoints).RemoveAsync(stored, Silent, default);
            await Archives.RemoveAsync(stored.Key, default);
        }
    }

    // Progress<T> reports on other threads, later.
    private sealed class Lines : IProgress<string>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public void Report(string value) => All.Enqueue(value);
    }
}
