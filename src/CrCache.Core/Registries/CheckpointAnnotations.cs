using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using CrCache.Names;

namespace CrCache.Registries;

/// <summary>
/// What a checkpoint's manifest says of it. The names of other tools are theirs: org.criu.checkpoint.* of checkpointctl's
/// library and containerd, io.podman.* of Podman (libpod/define/annotations.go), io.kubernetes.cri-o.* of CRI-O.
/// </summary>
internal static partial class CheckpointAnnotations
{
    private const string Key = "dev.crcache.key";
    private const string Name = "dev.crcache.name";
    private const string DiffId = "dev.crcache.diff-id";
    private const string Platform = "dev.crcache.platform";
    private const string Memory = "dev.crcache.memory";
    private const string Created = "org.opencontainers.image.created";
    private const string BaseName = "org.opencontainers.image.base.name";
    private const string BaseDigest = "org.opencontainers.image.base.digest";
    private const string BaseId = "org.criu.checkpoint.rootfsImageID";
    private const string EngineName = "org.criu.checkpoint.engine.name";
    private const string EngineVersion = "org.criu.checkpoint.engine.version";
    private const string RuntimeName = "org.criu.checkpoint.runtime.name";
    private const string RuntimeVersion = "org.criu.checkpoint.runtime.version";
    private const string CriuVersion = "org.criu.checkpoint.criu.version";
    private const string Kernel = "org.criu.checkpoint.host.kernel";

    /// <summary>The annotations, in an order that depends on nothing.</summary>
    public static SortedDictionary<string, string> Write(RegistryRecord record)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(record.Key, Key);
        Add(record.Name, Name);
        Add($"{record.Name}.checkpoint", "org.opencontainers.image.title");
        Add(record.DiffId, DiffId);
        Add($"{record.Os}/{record.Architecture}", Platform);
        Add(record.HasMemory ? "true" : "false", Memory);
        Add(Time(record.Created), Created);
        Add(record.BaseImage, BaseName, "org.criu.checkpoint.rootfsImageName", "org.criu.checkpoint.rawImageName");
        Add(record.BaseImageId, BaseId);
        Add(record.BaseImageDigest, BaseDigest);
        Add(record.EngineName, EngineName);
        Add(record.EngineVersion, EngineVersion);
        Add(record.RuntimeName, RuntimeName);
        Add(record.RuntimeVersion, RuntimeVersion);
        Add(record.CriuVersion, CriuVersion);
        Add(record.Architecture, "org.criu.checkpoint.host.arch");
        Add(record.Kernel, Kernel);
        if (record.HasMemory)
        {
            // By these containerd (the first), Podman and CRI-O take an image for one that they can restore.
            const string Podman = "io.podman.annotations.checkpoint.", CriO = "io.kubernetes.cri-o.annotations.checkpoint.";
            Add(record.Name, "org.criu.checkpoint.container.name", Podman + "name", CriO + "name");
            Add(record.BaseImage, Podman + "rawImageName", Podman + "rootfsImageName", CriO + "rawImageName", CriO + "rootfsImageName");
            Add(record.BaseImageId, Podman + "rootfsImageID", CriO + "rootfsImageID");
            Add(record.RuntimeName, Podman + "runtime.name");
            Add(record.RuntimeVersion, Podman + "runtime.version");
            Add(record.CriuVersion, Podman + "criu.version", CriO + "criu.version");
            Add(record.Architecture, Podman + "host.arch");
            Add(record.Kernel, Podman + "host.kernel");
        }

        return annotations;

        void Add(string? value, params ReadOnlySpan<string> names)
        {
            if (value is not null)
            {
                foreach (var name in names)
                {
                    annotations[name] = value;
                }
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote; false where something that is always there is missing or not of its form.</summary>
    public static bool TryRead(IReadOnlyDictionary<string, string> annotations, [NotNullWhen(true)] out RegistryRecord? record)
    {
        record = null;
        if (Get(Key) is not { } key
            || Get(Name) is not { } name || !ItemName().IsMatch(name)
            || Get(DiffId) is not { } diffId || !Digest.IsOne(diffId)
            || Get(Platform)?.Split('/') is not [var os, var architecture]
            || !DateTimeOffset.TryParse(Get(Created), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created))
        {
            return false;
        }

        record = new RegistryRecord
        {
            Key = key,
            Name = name,
            DiffId = diffId,
            Os = os,
            Architecture = architecture,
            Created = created,
            HasMemory = Get(Memory) == "true",
            BaseImage = Get(BaseName),
            BaseImageId = Get(BaseId),
            BaseImageDigest = Get(BaseDigest),
            EngineName = Get(EngineName),
            EngineVersion = Get(EngineVersion),
            RuntimeName = Get(RuntimeName),
            RuntimeVersion = Get(RuntimeVersion),
            CriuVersion = Get(CriuVersion),
            Kernel = Get(Kernel),
        };
        return true;

        // They come from outside, and go to a terminal.
        string? Get(string annotation) =>
            annotations.GetValueOrDefault(annotation) is { } value && !value.Any(char.IsControl) ? value : null;
    }

    /// <summary>RFC 3339 in UTC, so that the same moment is always the same text.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    // An item's name is a part of file names.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]*\z")]
    private static partial Regex ItemName();
}
