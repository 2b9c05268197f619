using System.Text.Json;
using CrCache.Diagnostics;

namespace CrCache.Specs;

/// <summary>A checkpoint as the user wrote it: an item of a project file, or a name on the command line.</summary>
public sealed record CheckpointItem
{
    /// <summary>The item's name: names the variables and, unless Preset says otherwise, the preset.</summary>
    public required string Name { get; init; }

    /// <summary>Where relative paths of the metadata start; null for the current directory.</summary>
    public string? Directory { get; init; }

    /// <summary>A hash of the files that the metadata names; says only to the build that one has changed.</summary>
    public string? Inputs { get; init; }

    /// <summary>The metadata as written, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>The names that metadata can have.</summary>
    public static IReadOnlyList<string> MetadataNames => ItemMetadata.Known;

    /// <summary>Reads an item file (docs/protocol.md).</summary>
    /// <exception cref="CrCacheException">The file cannot be read (CRC2007).</exception>
    public static CheckpointItem Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, SpecJson.Default.CheckpointItem)
                ?? throw new JsonException("The file holds nothing.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.UnreadableFile, $"The item file {path} cannot be read: {e.Message}", e);
        }
    }
}
