namespace CrCache.Shared;

/// <summary>One line of what <c>crcache</c> says to programs: a flat JSON object, see docs/protocol.md.</summary>
internal sealed class ToolLine
{
    private ToolLine(IReadOnlyDictionary<string, object?> line)
    {
        Event = Text(line, "event");
        Name = Text(line, "name");
        Value = Text(line, "value");
        Result = Text(line, "result");
        Message = ShownText.Of(Text(line, "message"));
        Code = Text(line, "code") is { Length: > 0 } code ? code : null;
        File = Text(line, "file") is { Length: > 0 } file ? file : null;
        Line = int.TryParse(Text(line, "line"), out var number) ? number : 0;
    }

    /// <summary>What kind of line it is. One that a reader does not know is for readers of later versions.</summary>
    public string Event { get; }

    /// <summary>The item's name, or a variable's.</summary>
    public string Name { get; }

    /// <summary>How a checkpoint was come by.</summary>
    public string Result { get; }

    /// <summary>A variable's value.</summary>
    public string Value { get; }

    /// <summary>What people should read.</summary>
    public string Message { get; }

    /// <summary>The code of an error or a warning.</summary>
    public string? Code { get; }

    /// <summary>The file that an error points to.</summary>
    public string? File { get; }

    /// <summary>The line in <see cref="File"/>, 0 when there is none.</summary>
    public int Line { get; }

    /// <summary>The line, or null when it is no JSON object.</summary>
    public static ToolLine? TryParse(string line) => JsonReader.TryReadObject(line) is { } json ? new ToolLine(json) : null;

    private static string Text(IReadOnlyDictionary<string, object?> line, string member) =>
        line.TryGetValue(member, out var value) && value is string text ? text : "";
}
