using System.Globalization;
using CrCache.Shared;

namespace CrCache.Tasks;

/// <summary>Whether a checkpoint is older than its item allows. <c>crcache</c> makes it anew then, but only if it is called.</summary>
internal static class CheckpointAge
{
    /// <summary>False also where nobody knows: <c>crcache</c> says what is wrong with the metadata or the file.</summary>
    /// <param name="maxAge">The item's MaxAge, or null.</param>
    /// <param name="record">What the last build has put beside the checkpoint; its own time is that of the last look at it.</param>
    public static bool IsOver(string? maxAge, string record) =>
        Age.Parse(maxAge?.Trim() ?? "") is { } age
        && File.Exists(record)
        && JsonReader.TryReadObject(File.ReadAllText(record)) is { } members
        && members.TryGetValue("stored", out var stored)
        && stored is IReadOnlyDictionary<string, object?> facts
        && facts.TryGetValue("created", out var created)
        && DateTimeOffset.TryParse(created as string, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        && DateTimeOffset.UtcNow - time > age;
}
