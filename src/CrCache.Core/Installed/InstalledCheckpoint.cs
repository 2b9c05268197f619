using System.Text.Json.Serialization;
using CrCache.Archives;
using CrCache.Engines;
using CrCache.Keys;
using CrCache.Specs;

namespace CrCache.Installed;

/// <summary>What an engine, and this user's store, keep of a checkpoint.</summary>
public sealed record InstalledCheckpoint : CheckpointFacts
{
    /// <summary>The engine that has it.</summary>
    public required string EngineId { get; init; }

    /// <summary>The name of the item that it was first made for; null in records of older versions.</summary>
    public string? Name { get; init; }

    /// <summary>The preset of that item, or null.</summary>
    public string? Preset { get; init; }

    /// <summary>The image as that item names it.</summary>
    public string? Image { get; init; }

    /// <summary>What the key was made of, so that a later key can be compared with it; no secrets.</summary>
    public IReadOnlyList<KeyPart>? Parts { get; init; }

    /// <summary>Bytes that it takes on the engine's disk.</summary>
    public long EngineBytes { get; init; }

    /// <summary>
    /// The repository that its unsigned memory comes from, which a project trusts: others that do not have no use of that memory.
    /// </summary>
    public string? TrustedFrom { get; init; }

    /// <summary>Whom its memory, which was not used therefore, was not trusted by; null where that was not the reason.</summary>
    public string? ForeignTo { get; init; }

    /// <summary>The dump and what belongs to it; null where it cannot be restored here.</summary>
    public InstalledMemory? Memory { get; init; }

    /// <summary>The stopped container's file system; null where there is none.</summary>
    public InstalledFiles? Files { get; init; }

    /// <summary>Whether it was dumped and is no more than that: a step on the way to others, without an archive.</summary>
    public bool IsStep { get; init; }

    /// <summary>When another one was last made on top of it; null where none was.</summary>
    public DateTimeOffset? Used { get; init; }

    /// <summary>The names of its images on the engine.</summary>
    [JsonIgnore]
    public IEnumerable<string> ImageNames => new[] { Memory?.ImageName, Files?.ImageName }.OfType<string>();

    /// <summary>Whether an engine has all of its images: somebody may have removed one.</summary>
    public async Task<bool> IsWholeAsync(IEngine engine, CancellationToken cancellationToken)
    {
        foreach (var image in ImageNames)
        {
            if (await engine.FindImageAsync(image, cancellationToken).ConfigureAwait(false) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc />
    [JsonIgnore]
    public override bool HasMemory => Memory is not null;

    /// <inheritdoc />
    [JsonIgnore]
    public override bool HasFiles => Files is not null;

    /// <summary>That of an archive of which the engine has nothing yet.</summary>
    internal static InstalledCheckpoint Begin(ArchiveRecord record, CheckpointSpec spec, string engineId) => new()
    {
        Key = record.Key,
        EngineId = engineId,
        Name = spec.Name,
        Preset = spec.Preset,
        Image = spec.Image,
        Parts = ShownParts.Of(spec),
        Created = record.Created,
        ColdSeconds = record.ColdSeconds,
        WhyNoMemory = record.WhyNoMemory,
        WhyNoFiles = record.WhyNoFiles,
    };
}
