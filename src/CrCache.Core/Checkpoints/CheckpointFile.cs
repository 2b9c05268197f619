using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Specs;
using CrCache.Store;

namespace CrCache.Checkpoints;

/// <summary>
/// The file under obj: what was asked for, and where the engine that made it keeps it. Another engine makes it anew from
/// the spec.
/// </summary>
public sealed record CheckpointFile
{
    /// <summary>The key of <see cref="Spec"/>.</summary>
    public required string Key { get; init; }

    /// <summary>What was asked for.</summary>
    public required CheckpointSpec Spec { get; init; }

    /// <summary>What an engine keeps of it.</summary>
    public required StoredCheckpoint Stored { get; init; }

    /// <summary>Whether the build made it or found it (<c>made</c>, <c>found</c>), and in how many seconds.</summary>
    public required string Result { get; init; }

    /// <summary>How long the build took for it, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Reads a checkpoint file.</summary>
    /// <exception cref="CrCacheException">It is missing or broken (CRC2007).</exception>
    public static CheckpointFile Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, CoreJson.Default.CheckpointFile)
                ?? throw new JsonException("The file holds nothing.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(
                ErrorCodes.UnreadableFile,
                $"The checkpoint file {path} cannot be read: {e.Message} Delete it and build again.",
                e);
        }
    }

    /// <summary>Writes the file under another name and renames it, so that nobody ever reads half of it.</summary>
    public void Write(string path) => PrivateFile.Replace(path, stream => JsonSerializer.Serialize(stream, this, CoreJson.Default.CheckpointFile));
}
