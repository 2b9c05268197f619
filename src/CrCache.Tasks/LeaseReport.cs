using CrCache.Shared;

namespace CrCache.Tasks;

/// <summary>What a lease says it did for one checkpoint, see docs/protocol.md.</summary>
internal sealed class LeaseReport
{
    private LeaseReport(IReadOnlyDictionary<string, object?> entry)
    {
        Message = entry.TryGetValue("message", out var message) && message is string text ? ShownText.Of(text) : "";
        Note = entry.TryGetValue("note", out var note) && note is string reason ? ShownText.Of(reason) : null;
    }

    /// <summary>The whole in one sentence.</summary>
    public string Message { get; }

    /// <summary>Why it was a slower way than could be hoped for; most often there is none.</summary>
    public string? Note { get; }

    /// <summary>The entries of a report; none when there is no report (no test ran) or it cannot be read.</summary>
    public static IEnumerable<LeaseReport> Read(string path) =>
        TryReadText(path) is { } text
            && JsonReader.TryReadObject(text) is { } report
            && report.TryGetValue("leases", out var leases)
            && leases is List<object?> entries
            ? entries.OfType<IReadOnlyDictionary<string, object?>>().Select(entry => new LeaseReport(entry))
            : [];

    private static string? TryReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
