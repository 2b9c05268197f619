using System.Text.Json;
using CrCache.Diagnostics;
using CrCache.Files;
using CrCache.Installed;
using CrCache.Specs;

namespace CrCache.Checkpoints;

/// <summary>
/// What stands beside an archive under obj, as <c>NAME.checkpoint.json</c>: what the item asked for, and what the engine of the
/// build has of it, so that a lease need not look into the archive.
/// </summary>
public sealed record BuildRecord
{
    private const string Extension = ".json";

    /// <summary>The key of <see cref="Spec"/>.</summary>
    public required string Key { get; init; }

    /// <summary>What was asked for.</summary>
    public required CheckpointSpec Spec { get; init; }

    /// <summary>What the engine of the build has of it.</summary>
    public required InstalledCheckpoint Stored { get; init; }

    /// <summary>Whether the build made it or found it (<c>made</c>, <c>found</c>), and in how many seconds.</summary>
    public required string Result { get; init; }

    /// <summary>How long the build took for it, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// Reads what stands beside an archive; null where nothing does, because the archive was brought from somewhere else.
    /// </summary>
    /// <param name="archive">The archive's path.</param>
    /// <exception cref="CrCacheException">It is broken (CRC2007).</exception>
    public static BuildRecord? Find(string archive)
    {
        var path = archive + Extension;
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, BuildRecordJson.Default.BuildRecord) ?? throw new JsonException("It is null.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(
                ErrorCodes.UnreadableFile,
                $"The checkpoint file {path} cannot be read: {e.Message} Delete it and build again.",
                e);
        }
    }

    /// <summary>Writes it beside an archive, under another name first, so that nobody ever reads half of it.</summary>
    /// <param name="archive">The archive's path.</param>
    /// <param name="isStale">Whether it is older than anything, so that the next build tries again.</param>
    public void Write(string archive, bool isStale = false)
    {
        PrivateFile.Replace(
            archive + Extension, stream => JsonSerializer.Serialize(stream, this, BuildRecordJson.Default.BuildRecord));
        if (isStale)
        {
            File.SetLastWriteTimeUtc(archive + Extension, DateTime.UnixEpoch);
        }
    }
}
