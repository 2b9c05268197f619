using System.Text.Json;
using CrCache.Files;

namespace CrCache.Leases;

/// <summary>What a lease did, for the line that people read after the tests (docs/protocol.md).</summary>
public sealed record LeaseReport
{
    /// <summary>One entry for each checkpoint.</summary>
    public required IReadOnlyList<LeaseReportEntry> Leases { get; init; }

    /// <summary>Reads a report, or null where there is none that can be read.</summary>
    public static LeaseReport? Find(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, LeaseJson.Default.LeaseReport);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file with this report.</summary>
    public void Write(string path) => PrivateFile.Replace(
        path, stream => JsonSerializer.Serialize(stream, this, LeaseJson.Default.LeaseReport));
}
