using System.Xml.Linq;

namespace CrCache.Tasks;

/// <summary>What a lease says it did for one checkpoint, see docs/protocol.md.</summary>
internal sealed class LeaseReport
{
    private LeaseReport(XElement entry)
    {
        Message = entry.Member("message") ?? "";
        Note = entry.Member("note");
    }

    /// <summary>The whole in one sentence.</summary>
    public string Message { get; }

    /// <summary>Why it was a slower way than could be hoped for; most often there is none.</summary>
    public string? Note { get; }

    /// <summary>The entries of a report; none when there is no report (no test ran) or it cannot be read.</summary>
    public static IEnumerable<LeaseReport> Read(string path) =>
        File.Exists(path) && Json.TryParse(File.ReadAllBytes(path))?.Element("leases") is { } leases
            ? leases.Elements().Select(entry => new LeaseReport(entry))
            : [];
}
