using CrCache.Installed;
using CrCache.Ownership;
using CrCache.Presets;
using CrCache.Specs;

namespace CrCache.Tests;

/// <summary>What is asked of a <see cref="MadeUpEngine"/>, and what it may have of it.</summary>
internal static class MadeUpSpecs
{
    /// <summary>The key of what <see cref="Installed"/> gives.</summary>
    public static readonly string Key = new('a', 64);

    /// <summary>An item of a preset.</summary>
    public static CheckpointSpec Redis { get; } = new()
    {
        Name = "redis",
        Preset = "redis",
        Image = "redis:8",
        ImageId = MadeUpEngine.BaseImage,
        ImageDigest = MadeUpEngine.BaseImage,
        Platform = "linux/amd64",
        Volumes = [],
        Hostname = "redis",
        Ports = [new NamedPort("tcp", 6379)],
        Environment = new Dictionary<string, string>(),
        Ready = new ReadyProbe { Exec = ["ping"] },
        Setup = [],
        TimeoutSeconds = 5,
    };

    /// <summary>A checkpoint that the engine has, with the seconds that each rung took; null where it has not that one.</summary>
    public static InstalledCheckpoint Installed(MadeUpEngine engine, double cold, double? memory = null, double? files = null)
    {
        var dump = new string('d', 64);
        engine.AddDump(dump);
        var (frozen, clean) = (CheckpointImageNames.Of(dump), CheckpointImageNames.CleanOf(dump));
        engine.AddImage(frozen, []);
        engine.AddImage(clean, []);
        return new InstalledCheckpoint
        {
            Key = Key,
            EngineId = MadeUpEngine.EngineId,
            Name = "redis",
            Created = DateTimeOffset.UtcNow,
            ColdSeconds = cold,
            Memory = memory is not { } seconds ? null : new InstalledMemory
            {
                Dump = dump,
                ImageId = frozen,
                ImageName = frozen,
                Volumes = new Dictionary<string, string>(),
                RestoreSeconds = seconds,
            },
            Files = files is not { } start ? null : new InstalledFiles
            {
                ImageId = clean,
                ImageName = clean,
                Volumes = new Dictionary<string, string>(),
                RestoreSeconds = start,
            },
        };
    }
}
