using System.Text;
using System.Xml.Linq;

namespace CrCache.Tasks;

/// <summary>One line of <c>crcache checkpoint --json</c>, see docs/protocol.md.</summary>
internal sealed class ProgressLine
{
    private ProgressLine(XElement line)
    {
        Event = line.Member("event") ?? "";
        Name = line.Member("name") ?? "";
        Message = line.Member("message") ?? "";
        Code = line.Member("code");
        File = line.Member("file");
        Line = int.TryParse(line.Member("line"), out var number) ? number : 0;
    }

    public string Event { get; }

    public string Name { get; }

    public string Message { get; }

    public string? Code { get; }

    public string? File { get; }

    /// <summary>The line in <see cref="File"/>, 0 when there is none.</summary>
    public int Line { get; }

    /// <summary>The line, or null when it is something else: crcache may say more than this version knows.</summary>
    public static ProgressLine? TryParse(string line) =>
        Json.TryParse(Encoding.UTF8.GetBytes(line)) is { } json ? new ProgressLine(json) : null;
}
