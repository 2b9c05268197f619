using CrCache.Shared;

namespace CrCache.Leases;

/// <summary>What a lease says to its client: a flat JSON object a line (docs/protocol.md).</summary>
internal static class LeaseLines
{
    /// <summary>The last line: everything is ready.</summary>
    public static string Ready { get; } = Line(("event", "ready"));

    /// <summary>An environment variable for the tests.</summary>
    public static string Variable(string name, string value) => Line(("event", "variable"), ("name", name), ("value", value));

    /// <summary>What a person should see.</summary>
    public static string Note(string message) => Line(("event", "note"), ("message", message));

    /// <summary>Why the lease cannot be served.</summary>
    public static string Error(string code, string message) => Line(("event", "error"), ("code", code), ("message", message));

    private static string Line(params (string Name, string Value)[] members) => JsonWriter.Object(members) + "\n";
}
